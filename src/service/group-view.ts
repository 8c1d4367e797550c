// What one request of an atomicity group sees: committed state, and over it what the requests before it in the group change.
import { GraphError } from '../base/index.js';
import { type EntitySet, isA } from '../edm/index.js';
import type { Change, ListQuery, Page, Stored, Unit } from '../plan/index.js';
import type { EntityReader } from '../store/index.js';
import type { View } from './desk.js';

export class GroupView implements View {
  readonly #below: View;
  readonly #tenantId: string;
  /** In the order in which they were changed first; undefined where deleted. */
  readonly #changed = new Map<EntitySet, Map<string, Stored | undefined>>();

  constructor(below: View, tenantId: string) {
    this.#below = below;
    this.#tenantId = tenantId;
  }

  async apply({ changes }: Unit): Promise<void> {
    for (const change of changes) {
      switch (change.kind) {
        case 'insert':
        case 'update':
          this.#keep(change.set, change.stored.entity.id, change.stored);
          break;
        case 'delete':
          this.#keep(change.set, change.key, undefined);
          break;
        case 'unlink':
          for (const key of change.expectedKeys) await this.#unlink(change, key);
          break;
        case 'replace':
          for (const key of change.expectedKeys) this.#keep(change.set, key, undefined);
          for (const member of change.members) this.#keep(change.set, member.entity.id, member);
          break;
        case 'tenant':
          throw new Error('a request changes no tenant');
      }
    }
  }

  async #unlink({ set, property }: Extract<Change, { kind: 'unlink' }>, key: string): Promise<void> {
    const stored = await this.find(this.#tenantId, set, key);
    if (stored) this.#keep(set, key, { ...stored, links: { ...stored.links, [property.name]: null } });
  }

  #keep(set: EntitySet, key: string, stored: Stored | undefined): void {
    const keys = this.#changed.get(set) ?? new Map<string, Stored | undefined>();
    keys.set(key, stored);
    this.#changed.set(set, keys);
  }

  async find(...[tenantId, set, key]: Parameters<EntityReader['find']>): Promise<Stored | undefined> {
    const keys = this.#changed.get(set);
    return keys?.has(key) ? keys.get(key) : this.#below.find(tenantId, set, key);
  }

  async findRelated(...[tenantId, query]: Parameters<EntityReader['findRelated']>): ReturnType<View['findRelated']> {
    if (this.#changed.size === 0) return this.#below.findRelated(tenantId, query);
    const source = await this.find(tenantId, query.set, query.key);
    if (!source) return undefined;
    const key = source.links[query.property.name];
    const target = typeof key === 'string' ? await this.find(tenantId, query.target, key) : undefined;
    return { sourceType: source.type, target };
  }

  /** Refuses (`groupNotSupported`) a query that the store alone can answer, of a set that the group has changed. */
  async list(tenantId: string, query: ListQuery): Promise<Page> {
    const changed = this.#changed.get(query.set);
    if (!changed) return this.#below.list(tenantId, query);
    const { filter, orderBy, after, skip, within, expand } = query;
    if (filter || orderBy.length > 0 || after || skip > 0 || expand.length > 0) {
      throw new GraphError('groupNotSupported', { values: { set: query.set.name } });
    }
    const { rows } = await this.#below.list(tenantId, query);
    const known = new Set(rows.map(({ stored }) => stored.entity.id));
    const kept = rows.flatMap((row) => {
      const { id } = row.stored.entity;
      const stored = changed.has(id) ? changed.get(id) : row.stored;
      return stored ? [{ ...row, stored }] : [];
    });
    const added = [...changed].flatMap(([id, stored]) => {
      const belongs = stored && !known.has(id) && (!within || stored.owner === within.key);
      return belongs ? [{ stored, expanded: {} }] : [];
    });
    const all = [...kept, ...added];
    return { rows: all, count: query.count ? all.length : undefined, next: undefined };
  }

  async referrers(...given: Parameters<EntityReader['referrers']>): ReturnType<View['referrers']> {
    const [, set, key] = given;
    const stored = await this.#below.referrers(...given);
    const changed = new Map([...this.#changed.values()].flatMap((keys) => [...keys]));
    const own = [...changed.values()].flatMap((one) => {
      if (!one || !refersTo(one, set, key)) return [];
      return [{ id: one.entity.id, type: one.type.name, displayName: String(one.entity.displayName ?? '') }];
    });
    return [...stored.filter(({ id }) => !changed.has(id)), ...own];
  }
}

function refersTo({ type, links }: Stored, set: EntitySet, key: string): boolean {
  return [...type.navigationProperties.values()].some(({ name, contained, target }) => {
    if (contained || !isA(target(), set.type)) return false;
    const keys = links[name];
    return typeof keys === 'string' ? keys === key : (keys?.includes(key) ?? false);
  });
}
