// Where navigation properties lead: what a request says of them, rule 4, and the links one by one.
import { type Clock, GraphError } from '../base/index.js';
import { usesDerivedCredential } from '../domain/index.js';
import { type EntityType, isA, type NavigationProperty, type Structure } from '../edm/index.js';
import { derivedCredentials, model, settingsNavigation } from '../model/index.js';
import { type Links, maximumLinks } from '../odata/index.js';
import {
  everything,
  type Link,
  linkAt,
  type MemberReferenceAddress,
  type Navigation,
  type Precondition,
  type ReferenceAddress,
  type ReferencesAddress,
  type Stored,
  type StoredLinks,
} from '../plan/index.js';
import { findSource, notBound } from './addressing.js';
import type { RequestContext } from './context.js';
import { checkPrecondition } from './decisions.js';
import type { Decide, View } from './desk.js';
import { changed } from './profile-change.js';

/**
 * Rule 4: the links after a create or an edit. What the request says holds; where it says nothing, a profile that uses
 * a derived credential and is unbound is bound to the tenant's settings, if there are any.
 */
export async function resolveLinks(
  view: View,
  context: RequestContext,
  type: EntityType,
  values: Structure,
  before: StoredLinks,
  given: Links,
): Promise<StoredLinks> {
  const after: Record<string, StoredLinks[string]> = { ...before };
  for (const [name, link] of Object.entries(given)) {
    const property = type.navigationProperties.get(name);
    if (!property) throw new Error(`'${type.name}' has no '${name}'`);
    const where = `${name}@odata.bind`;
    after[name] = isSeveral(link)
      ? await linkedKeys(view, context, property, where, link)
      : link && (await linkedKey(view, context, property, where, link));
  }
  const { name } = settingsNavigation;
  if (!(name in given) && !after[name] && usesDerivedCredential(type, values)) {
    const { rows } = await view.list(context.tenant.id, everything(derivedCredentials));
    after[name] = rows[0]?.stored.entity.id ?? null;
  }
  return after;
}

function isSeveral(link: Links[string]): link is readonly Link[] {
  return Array.isArray(link);
}

/**
 * The keys in the order in which they are given first; a set has each but once.
 *
 * DEVIATION: what `@odata.bind` gives for a collection is all that it then has, in an update too; OData 4.0 would add it.
 */
async function linkedKeys(
  view: View,
  context: RequestContext,
  property: NavigationProperty,
  where: string,
  links: readonly Link[],
): Promise<readonly string[]> {
  const keys = new Set<string>();
  for (const [index, link] of links.entries()) {
    keys.add(await linkedKey(view, context, property, `${where}[${index}]`, link));
  }
  return [...keys];
}

/**
 * The key of a link's target. Refuses what the tenant does not have (`bindNotFound`), and what is not of the property's
 * type (`bindWrongTarget`).
 */
async function linkedKey(
  view: View,
  context: RequestContext,
  property: NavigationProperty,
  where: string,
  { set, key, url }: Link,
): Promise<string> {
  const target = await view.find(context.tenant.id, set, key);
  if (!target) throw new GraphError('bindNotFound', { target: where, values: { property: where, url } });
  if (isA(target.type, property.target())) return target.entity.id;
  throw new GraphError('bindWrongTarget', {
    target: where,
    values: { property: where, url, expected: model.qualifiedName(property.target()) },
  });
}

/** The links of a new entity of the type. */
export function unbound(type: EntityType): StoredLinks {
  return Object.fromEntries(
    [...type.navigationProperties.values()]
      .filter(({ contained }) => !contained)
      .map(({ name, collection }) => [name, collection ? [] : null]),
  );
}

/** `PUT …/$ref`: binds, whatever the profile's method. */
export function setReference(
  { related }: ReferenceAddress,
  link: Link,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const { source: before, property } = await findSource(view, context.tenant.id, related);
    checkPrecondition(precondition, before);
    const key = await linkedKey(view, context, property, '@odata.id', link);
    return changed(before, before.entity, { ...before.links, [property.name]: key }, context, clock);
  };
}

/** `POST …/$ref`: adds a link; one that is there already changes nothing. Refuses: `tooManyItems`. */
export function addReference(
  address: ReferencesAddress,
  link: Link,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const { source: before, property } = await findSource(view, context.tenant.id, changedLink(address));
    checkPrecondition(precondition, before);
    const key = await linkedKey(view, context, property, '@odata.id', link);
    const keys = [...new Set([...keysOf(before, property), key])];
    if (keys.length > maximumLinks) {
      const values = { property: property.name, limit: maximumLinks };
      throw new GraphError('tooManyItems', { target: property.name, values });
    }
    return changed(before, before.entity, { ...before.links, [property.name]: keys }, context, clock);
  };
}

/** `DELETE …/$ref`: unbinds, or takes one link away. Refuses (`notBound`, `entityNotFound`) where there is no such link. */
export function removeReference(
  address: ReferenceAddress | MemberReferenceAddress,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const { source: before, property } = await findSource(view, context.tenant.id, changedLink(address));
    let link: StoredLinks[string] = null;
    if (address.kind === 'memberReference') {
      const { key } = address.member;
      const keys = keysOf(before, property);
      if (!keys.includes(key)) throw new GraphError('entityNotFound', { values: { id: key } });
      link = keys.filter((other) => other !== key);
    } else if (!before.links[property.name]) throw notBound(address.related, before.entity.id);
    checkPrecondition(precondition, before);
    return changed(before, before.entity, { ...before.links, [property.name]: link }, context, clock);
  };
}

function changedLink(address: ReferenceAddress | ReferencesAddress | MemberReferenceAddress): Navigation {
  const link = linkAt(address);
  if (!link) throw new Error('nobody changes a reference that is no link');
  return link;
}

function keysOf({ links }: Stored, { name }: NavigationProperty): readonly string[] {
  const keys = links[name];
  return keys === undefined || keys === null || typeof keys === 'string' ? [] : keys;
}
