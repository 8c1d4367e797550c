// Verifies where the entities of one tenant lead: to others that exist and are of the right type.
import { type EntityType, isA, type NavigationProperty } from '../../edm/index.js';
import { derivedCredentials, model } from '../../model/index.js';
import type { Stored } from '../../plan/index.js';
import type { Cells } from '../table-pages.js';

/** What of a tenant's entities matters here. */
export interface Targets {
  /** Ids of settings. */
  readonly settings: ReadonlySet<string>;
  /** By their ids; those that could not be read have no type. */
  readonly profiles: ReadonlyMap<string, Pick<Stored, 'type' | 'links'> | undefined>;
}

type Say = (key: string, text: string) => void;

/** `links` are the rows of the table that has the links of collections once more. */
export async function checkLinks(
  { profiles, settings }: Targets,
  links: AsyncIterable<Cells>,
  sayOfProfile: Say,
  sayOfLink: Say,
): Promise<void> {
  const isTarget = (key: string, property: NavigationProperty): boolean => {
    if (model.setOf(property.target()) === derivedCredentials) return settings.has(key);
    // What could not be read was named already.
    return profiles.has(key) && isA(profiles.get(key)?.type ?? property.target(), property.target());
  };
  const rows = await gather(links);
  for (const [id, profile] of profiles) {
    if (!profile) continue;
    for (const property of referencesOf(profile.type)) {
      const { name } = property;
      const link = profile.links[name] ?? null;
      const keys = typeof link === 'string' ? [link] : (link ?? []);
      for (const key of keys) {
        if (!isTarget(key, property)) {
          sayOfProfile(id, `its '${name}' leads to ${key}, which is no ${property.target().name} of its tenant`);
        }
      }
      if (!property.collection) continue;
      const own = rows.get(id)?.get(name) ?? new Set();
      rows.get(id)?.delete(name);
      for (const key of keys)
        if (!own.has(key)) sayOfProfile(id, `its '${name}' leads to ${key}, of which there is no link`);
      for (const key of own) if (!keys.includes(key)) sayOfLink(`${id}/${name}/${key}`, 'the profile does not have it');
    }
  }
  for (const [id, properties] of rows) {
    if (profiles.has(id) && !profiles.get(id)) continue;
    for (const [name, keys] of properties) {
      for (const key of keys) {
        const text = profiles.has(id) ? 'the profile has no such collection' : 'the profile does not exist';
        sayOfLink(`${id}/${name}/${key}`, text);
      }
    }
  }
}

function referencesOf({ navigationProperties }: EntityType): NavigationProperty[] {
  return [...navigationProperties.values()].filter(({ contained }) => !contained);
}

/** Targets, by the source and the property. */
async function gather(links: AsyncIterable<Cells>): Promise<Map<string, Map<string, Set<string>>>> {
  const sources = new Map<string, Map<string, Set<string>>>();
  for await (const { source_id: source, property, target_id: target } of links) {
    const properties = sources.get(String(source)) ?? new Map<string, Set<string>>();
    sources.set(String(source), properties);
    const keys = properties.get(String(property)) ?? new Set();
    properties.set(String(property), keys.add(String(target)));
  }
  return sources;
}
