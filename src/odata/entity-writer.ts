// Entities → JSON text, with the control information that OData and Graph put beside them.
import type { EntitySet, EntityType, Model, Structure } from '../edm/index.js';
import type { Operation, Page, Selection, Stored } from '../plan/index.js';
import { entityTag } from './entity-tag.js';
import { entityUrl, setPath } from './entity-url.js';

/** Where an answer's URLs begin: `https://localhost:8443/beta`. */
export interface WriteContext {
  readonly root: string;
  readonly model: Model;
  readonly select: Selection;
}

/** One entity: `@odata.context`, `@odata.type`, `@odata.etag`, `id`, properties in the model's order. */
export function writeEntity(stored: Stored, set: EntitySet, context: WriteContext): string {
  const { root, model, select } = context;
  const fragment = `${setPath(set, model)}${selected(select)}/$entity`;
  return `{"@odata.context":"${root}/$metadata#${fragment}",${members(stored, context)}}`;
}

/** A page of a collection. */
export function writeCollection(
  { rows, count }: Page,
  { address: { set, type, cast } }: Extract<Operation, { kind: 'list' }>,
  context: WriteContext,
): string {
  const { root, model, select } = context;
  const fragment = `${setPath(set, model)}${cast ? `/${model.qualifiedName(type)}` : ''}${selected(select)}`;
  const counted = count === undefined ? '' : `"@odata.count":${count},`;
  const items = rows.map(({ stored }) => `{${members(stored, context)}}`).join(',');
  return `{"@odata.context":"${root}/$metadata#${fragment}",${counted}"value":[${items}]}`;
}

/** The object behind a singleton; it has no versions, so no entity tag. */
export function writeSingleton(
  entity: Structure,
  { name, type }: { name: string; type: EntityType },
  { root, model, select }: WriteContext,
): string {
  const head = `"@odata.context":"${root}/$metadata#${name}${selected(select)}","@odata.type":"#${model.qualifiedName(type)}"`;
  return `{${head}${rest(pick(entity, select))}}`;
}

/** A reference to an entity (OData JSON 4.01, section 14). */
export function writeReference(set: EntitySet, key: string, { root, model }: WriteContext): string {
  return JSON.stringify({ '@odata.context': `${root}/$metadata#$ref`, '@odata.id': entityUrl(root, set, key, model) });
}

/** DEVIATION: `@odata.type` always stands there, as Intune has it; OData's minimal metadata would leave most out. */
function members(stored: Stored, { model, select }: WriteContext): string {
  const tag = entityTag(stored).replaceAll('"', '\\"');
  const head = `"@odata.type":"#${model.qualifiedName(stored.type)}","@odata.etag":"${tag}"`;
  return head + rest(pick(stored.entity, select));
}

/** The members of an object's JSON text, a comma before them if there are any. */
function rest(entity: Structure): string {
  const text = JSON.stringify(entity).slice(1, -1);
  return text === '' ? '' : `,${text}`;
}

function pick(entity: Structure, select: Selection): Structure {
  if (select === undefined) return entity;
  return Object.fromEntries(select.map(({ name }) => [name, entity[name] ?? null]));
}

function selected(select: Selection): string {
  return select === undefined ? '' : `(${select.map(({ name }) => name).join(',')})`;
}
