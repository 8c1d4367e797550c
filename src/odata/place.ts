// Where entities stand below the service root, as answers tell it in contexts, ids and links.
import type { EntitySet, EntityType, Model, NavigationProperty } from '../edm/index.js';
import { isA } from '../edm/index.js';
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
}

export function placeOfSet(set: EntitySet, model: Model, cast?: EntityType): Place {
  return { path: setPath(set, model), type: set.type, keyed: true, cast };
}

/** Where the entities live that a contained navigation property of the entity at `path` leads to. */
export function placeWithin(path: string, { name, collection, target }: NavigationProperty): Place {
  return { path: `${path}/${name}`, type: target(), keyed: collection };
}

/** The entity's path: `deviceManagement/derivedCredentials('…')`. */
export function entityPath({ path, keyed }: Place, key: string): string {
  return keyed ? `${path}('${encodeURIComponent(key.replaceAll("'", "''"))}')` : path;
}

/** The path by which everything that the entity has can be reached: with a cast segment where its type is a derived one. */
export function typedPath(place: Place, key: string, type: EntityType, model: Model): string {
  const path = entityPath(place, key);
  return type === place.type ? path : `${path}/${model.qualifiedName(type)}`;
}

/** The segment that a path to what `owner` has needs on a value of the type `declared`: none where that has it itself. */
export function castPrefix(
  declared: Parameters<typeof isA>[0],
  owner: Parameters<typeof isA>[1],
  model: Model,
): string {
  return isA(declared, owner) ? '' : `${model.qualifiedName(owner)}/`;
}
