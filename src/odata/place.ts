// Where entities stand below the service root, as answers tell it in contexts, ids and links.
import type { EntitySet, EntityType, Model, NavigationProperty } from '../edm/index.js';
import { isA } from '../edm/index.js';
import type { CollectionAddress, Identity, ObjectAddress, Stored } from '../plan/index.js';
import { setPath } from './entity-url.js';

export interface Place {
  /** Below the service root, with the keys that lead there: `deviceManagement/deviceConfigurations`. */
  readonly path: string;
  /** The declared type of the entities. */
  readonly type: EntityType;
  /** Whether a key tells the entities apart; the one entity of a contained single property has none. */
  readonly keyed: boolean;
  /** The type of a cast segment behind the path. */
  readonly cast?: EntityType | undefined;
  /** Of what is contained and may be reached by several ways: where those live that contain it, and by which property. */
  readonly home?: { readonly path: string; readonly property: string } | undefined;
}

export function placeOfSet(set: EntitySet, model: Model, cast?: EntityType): Place {
  return { path: setPath(set, model), type: set.type, keyed: true, cast };
}

/** Where the entity at an address, or those of a collection, live: in their set, or inside the object that contains them. */
export function placeOf(address: CollectionAddress | ObjectAddress, model: Model): Place {
  const cast = address.type === address.set.type ? undefined : address.type;
  const within = address.kind === 'related' ? address : address.within;
  if (!within?.property.contained) return placeOfSet(address.set, model, cast);
  const { owner } = address.set;
  const home = owner && { path: setPath(owner.set, model), property: owner.property.name };
  return { ...placeWithin(objectPath(within.source, model), within.property), cast, home };
}

/** The path of the collection at the address, by the way that the address goes. */
export function collectionPath({ set, type, cast, within }: CollectionAddress, model: Model): string {
  const path = within ? `${objectPath(within.source, model)}/${within.property.name}` : setPath(set, model);
  return cast ? `${path}/${model.qualifiedName(type)}` : path;
}

/** The path of the object at the address, by the way that the address goes: `deviceManagement/deviceConfigurations('…')`. */
export function objectPath(address: ObjectAddress, model: Model): string {
  const cast = address.cast ? `/${model.qualifiedName(address.type)}` : '';
  if (address.kind === 'related') return `${objectPath(address.source, model)}/${address.property.name}${cast}`;
  const place = address.within
    ? { ...placeWithin(objectPath(address.within.source, model), address.within.property), keyed: true }
    : placeOfSet(address.set, model);
  return `${entityPath(place, address.key)}${cast}`;
}

/** Where the entities live that a contained navigation property of the entity at `path` leads to. */
export function placeWithin(path: string, { name, collection, target }: NavigationProperty): Place {
  return { path: `${path}/${name}`, type: target(), keyed: collection };
}

/** The entity's path: `deviceManagement/derivedCredentials('…')`. */
export function entityPath({ path, keyed }: Place, key: string): string {
  return keyed ? `${path}('${encodeURIComponent(key.replaceAll("'", "''"))}')` : path;
}

/** The one path of a stored entity that its id is made of, whichever way led to it. */
export function storedPath(place: Place, { entity, owner }: Identity): string {
  const { home } = place;
  if (!home || owner === undefined) return entityPath(place, entity.id);
  const path = `${entityPath({ ...place, path: home.path, keyed: true }, owner)}/${home.property}`;
  return entityPath({ ...place, path }, entity.id);
}

/** The path by which everything that the entity has can be reached: with a cast segment where its type is a derived one. */
export function typedPath(place: Place, stored: Stored, model: Model): string {
  const path = storedPath(place, stored);
  return stored.type === place.type ? path : `${path}/${model.qualifiedName(stored.type)}`;
}

/** The segment that a path to what `owner` has needs on a value of the type `declared`: none where that has it itself. */
export function castPrefix(
  declared: Parameters<typeof isA>[0],
  owner: Parameters<typeof isA>[1],
  model: Model,
): string {
  return isA(declared, owner) ? '' : `${model.qualifiedName(owner)}/`;
}
