// Entities and pages of them → JSON text, with the control information that OData and Graph put beside them.
import { type EntityType, isA, type Model, type NavigationProperty, type Structure } from '../edm/index.js';
import type {
  EntityQuery,
  Expanded,
  Expansion,
  Identity,
  Page,
  Position,
  Reached,
  Selection,
  Stored,
} from '../plan/index.js';
import { collectionContext, entityContext, selectList } from './context-url.js';
import { entityTag } from './entity-tag.js';
import { type Place, placeOfSet, placeWithin, storedPath, typedPath } from './place.js';
import { type MetadataLevel, membersText, pick } from './value-writer.js';

/** How an answer is written. */
export interface WriteContext {
  /** Where its URLs begin: `https://localhost:8443/beta`. */
  readonly root: string;
  readonly model: Model;
  readonly level: MetadataLevel;
  /** Whether numbers of 64 bits, of which counts alone are some here, are written as texts (OData JSON 4.01, section 4.5.5). */
  readonly ieee754Compatible?: boolean;
  /** What of the entities is answered. */
  readonly query: EntityQuery;
  /**
   * The URL of the page that begins after `next`, of the collection with the URL `collection`: the answer's own, or
   * the one that `expansion` asks for inside an entity. Absent where no page can follow.
   */
  readonly nextLink?: (next: Position, collection: string, expansion?: Expansion) => string;
}

/** One entity: `@odata.context`, `@odata.type`, `@odata.etag`, properties in the model's order, what is expanded. */
export function writeEntity(row: Expanded, place: Place, context: WriteContext): string {
  const { query, model } = context;
  const head = contextMember(entityContext(place, query, model), context);
  return object(head, entityMembers(row, place, query, context));
}

/** A page of a collection. */
export function writeCollection(page: Page, place: Place, context: WriteContext): string {
  const { query, model, root } = context;
  const head = contextMember(collectionContext(place, query, model), context);
  const cast = place.cast === undefined ? '' : `/${model.qualifiedName(place.cast)}`;
  return object(
    head,
    ...pageMembers('', page, `${root}/${place.path}${cast}`, context),
    rowsMember('value', page, place, query, context),
  );
}

/** Entities that stand in no collection, such as what an action answers: their type is all that is told of them. */
export function writeLooseEntities(
  rows: readonly Expanded[],
  type: EntityType,
  place: Place,
  context: WriteContext,
): string {
  const fragment = `#Collection(${context.model.qualifiedName(type)})`;
  const page: Page = { rows, count: undefined, next: undefined };
  return object(contextMember(fragment, context), rowsMember('value', page, place, context.query, context));
}

/** The object behind a singleton; it has no versions, so no entity tag. */
export function writeSingleton(
  entity: Structure,
  { name, type }: { readonly name: string; readonly type: EntityType },
  context: WriteContext,
): string {
  const { model, level, query } = context;
  const shown = pick(entity, type, query.select, model);
  return object(
    contextMember(`#${name}${selectList(query, type, model)}`, context),
    level === 'none' ? '' : `"@odata.type":"#${model.qualifiedName(type)}"`,
    level === 'full' ? `"@odata.id":"${name}","@odata.editLink":"${name}"` : '',
    membersText(shown, type, level, model),
    level === 'full' && query.select === undefined ? linkMembers(type, name, new Set(), context) : '',
  );
}

/** A reference to an entity (OData JSON 4.01, section 14). */
export function writeReference(stored: Stored, place: Place, context: WriteContext): string {
  return object(contextMember('#$ref', context), referenceMember(stored, place, context));
}

/** References to the entities of a page. */
export function writeReferences(page: Page<Identity>, place: Place, context: WriteContext): string {
  return object(
    contextMember('#Collection($ref)', context),
    ...pageMembers('', page, `${context.root}/${place.path}`, context),
    rowsMember('value', page, place, context.query, context),
  );
}

/** `"@odata.context":"…"`; nothing where no metadata is asked for. */
export function contextMember(fragment: string, { root, level }: WriteContext): string {
  return level === 'none' ? '' : `"@odata.context":"${root}/$metadata${fragment}"`;
}

/** An object's JSON text from the texts of its members, of which some may be empty. */
export function object(...members: readonly string[]): string {
  return `{${members.filter((member) => member !== '').join(',')}}`;
}

function entityMembers(
  { stored, expanded }: Expanded,
  place: Place,
  query: EntityQuery,
  context: WriteContext,
): string {
  const { model, level } = context;
  const { type, entity } = stored;
  const members = [
    controlMembers(stored, place, context),
    membersText(pick(entity, type, query.select, model), type, level, model),
  ];
  const shown = new Set<string>();
  for (const expansion of query.expand) {
    const { on, property } = expansion;
    if (!isA(type, on) || !type.navigationProperties.has(property.name)) continue;
    shown.add(property.name);
    members.push(...expandedMembers(expansion, expanded[property.name] ?? null, stored, place, context));
  }
  if (query.select) {
    members.push(...selectedLinks(query.select, type, typedPath(place, stored, model), shown, context));
  } else if (level === 'full') {
    members.push(linkMembers(type, typedPath(place, stored, model), shown, context));
    members.push(...operationMembers(type, storedPath(place, stored), context));
  }
  return members.filter((member) => member !== '').join(',');
}

/** A navigation property that is selected and not expanded is answered by its link (OData protocol 4.01, section 11.2.5.1). */
function selectedLinks(
  select: NonNullable<Selection>,
  type: EntityType,
  path: string,
  expanded: ReadonlySet<string>,
  { root, level }: WriteContext,
): string[] {
  if (level === 'none') return [];
  return select.flatMap(({ name, on, navigation }) => {
    const property = navigation && isA(type, on) ? type.navigationProperties.get(name) : undefined;
    if (!property || expanded.has(name)) return [];
    const url = `${root}/${path}`;
    return [
      level === 'full'
        ? navigationLinks(property, url)
        : `"${name}@odata.navigationLink":${JSON.stringify(`${url}/${name}`)}`,
    ];
  });
}

/** DEVIATION: `@odata.type` always stands there, as Intune has it; OData's minimal metadata would leave most out. */
function controlMembers(stored: Stored, place: Place, { model, level }: WriteContext): string {
  if (level === 'none') return '';
  const { type } = stored;
  const tag = `"@odata.etag":"${entityTag(stored).replaceAll('"', '\\"')}"`;
  const head = `"@odata.type":"#${model.qualifiedName(type)}"`;
  if (level === 'minimal') return `${head},${tag}`;
  // Relative to the context, as Graph writes them; links to what the entity has are absolute.
  const id = JSON.stringify(storedPath(place, stored));
  return `${head},"@odata.id":${id},${tag},"@odata.editLink":${JSON.stringify(typedPath(place, stored, model))}`;
}

function expandedMembers(
  expansion: Expansion,
  targets: Reached | Page<Reached> | null,
  stored: Stored,
  place: Place,
  context: WriteContext,
): string[] {
  const { property, set, query, references, countOnly } = expansion;
  const { root, level, model } = context;
  const path = typedPath(place, stored, model);
  const target = property.contained ? placeWithin(storedPath(place, stored), property) : placeOfSet(set, model);
  const members = [];
  // Targets that live elsewhere are told by their own ids; those that live here have no other context.
  if (property.contained && level !== 'none' && !references && !countOnly) {
    const one = property.collection ? '' : '/$entity';
    const fragment = `#${path}/${property.name}${selectList(query, expansion.type, model)}${one}`;
    members.push(`"${property.name}@odata.context":${JSON.stringify(`${root}/$metadata${fragment}`)}`);
  }
  if (level === 'full') members.push(navigationLinks(property, `${root}/${path}`));
  if (targets === null || !('rows' in targets)) {
    const text = targets && reachedText(targets, target, query, context);
    return [...members, `"${property.name}":${text}`];
  }
  members.push(...pageMembers(property.name, targets, `${root}/${path}/${property.name}`, context, expansion));
  return countOnly ? members : [...members, rowsMember(property.name, targets, target, query, context)];
}

function reachedText(row: Reached, place: Place, query: EntityQuery, context: WriteContext): string {
  return `{${'stored' in row ? entityMembers(row, place, query, context) : referenceMember(row, place, context)}}`;
}

/** The count and the link to the next page, where there are such. */
function pageMembers(
  name: string,
  { count, next }: Pick<Page, 'count' | 'next'>,
  collection: string,
  { nextLink, ieee754Compatible }: WriteContext,
  expansion?: Expansion,
): string[] {
  const members = [];
  if (count !== undefined) members.push(`"${name}@odata.count":${ieee754Compatible ? `"${count}"` : count}`);
  if (next !== undefined) {
    if (!nextLink) throw new Error('a page is followed by another one that nobody can ask for');
    members.push(`"${name}@odata.nextLink":${JSON.stringify(nextLink(next, collection, expansion))}`);
  }
  return members;
}

function rowsMember(
  name: string,
  { rows }: Page<Reached>,
  place: Place,
  query: EntityQuery,
  context: WriteContext,
): string {
  return `"${name}":[${rows.map((row) => reachedText(row, place, query, context)).join(',')}]`;
}

function referenceMember(target: Identity, place: Place, { root }: WriteContext): string {
  return `"@odata.id":${JSON.stringify(`${root}/${storedPath(place, target)}`)}`;
}

/** The links to all that the type leads to, but for what is expanded. */
function linkMembers(type: EntityType, path: string, expanded: ReadonlySet<string>, { root }: WriteContext): string {
  return [...type.navigationProperties.values()]
    .filter(({ name }) => !expanded.has(name))
    .map((property) => navigationLinks(property, `${root}/${path}`))
    .join(',');
}

/** The actions and functions of the entity, by URLs that have the type which they are bound to, as Graph writes them. */
function operationMembers(type: EntityType, path: string, { root, model }: WriteContext): string[] {
  return model.operations
    .filter(({ boundTo, boundToCollection }) => !boundToCollection && isA(type, boundTo))
    .map(({ name, boundTo }) => {
      const title = `${model.namespace}.${name}`;
      const cast = type === boundTo ? '' : `/${model.qualifiedName(boundTo)}`;
      return `"#${title}":${JSON.stringify({ title, target: `${root}/${path}${cast}/${title}` })}`;
    });
}

function navigationLinks({ name }: NavigationProperty, url: string): string {
  const link = `${url}/${name}`;
  return `"${name}@odata.associationLink":${JSON.stringify(`${link}/$ref`)},"${name}@odata.navigationLink":${JSON.stringify(link)}`;
}
