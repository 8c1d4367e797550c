// Where writes are decided: one tenant's take turns, those that wait together are decided together.
import { GraphError } from '../base/index.js';
import type { EntitySet } from '../edm/index.js';
import type { Stored, Unit } from '../plan/index.js';
import type { EntityReader, UnitWriter } from '../store/index.js';

/** The state that a decision is made on: what is committed, and over it what was decided just before. */
export type View = EntityReader;

/** What a use case decides: the answer, and the unit of work that makes it true, if anything changes. */
export interface Decision<T> {
  readonly result: T;
  readonly unit?: Unit;
}

/** A use case's rule. It may be asked again, on a newer state, so it must have no effect of its own. */
export type Decide<T> = (view: View) => Promise<Decision<T>>;

interface Waiting {
  readonly decide: Decide<unknown>;
  /** Looks at entities by key alone, so that it can be decided on states that are not committed yet. */
  readonly byKeyAlone: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  attempts: number;
}

/** How often a write is decided anew when another node or process was first. */
const maximumAttempts = 8;
/** Most writes that are decided together. */
const maximumBatch = 256;

/**
 * Takes the writes of each tenant in turn. Every write is decided on the state that the writes before it leave, so that
 * on one node none is refused by the store for another's sake; those that were (`conflict`) are decided anew, up to a
 * bound (`tooManyRetries`). Tenants do not wait for each other.
 */
export class Desk {
  readonly #store: EntityReader & UnitWriter;
  readonly #queues = new Map<string, Waiting[]>();

  constructor(store: EntityReader & UnitWriter) {
    this.#store = store;
  }

  submit<T>(tenantId: string, decide: Decide<T>, options: { byKeyAlone: boolean }): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        decide,
        byKeyAlone: options.byKeyAlone,
        // A queue holds writes with answers of any type; each answer goes back to the call that it came from.
        resolve: resolve as (result: unknown) => void,
        reject,
        attempts: 0,
      };
      const queue = this.#queues.get(tenantId);
      if (queue) {
        queue.push(waiting);
        return;
      }
      const fresh = [waiting];
      this.#queues.set(tenantId, fresh);
      // The requests that arrived in the same turn of the event loop come along.
      setImmediate(() => void this.#serve(tenantId, fresh));
    });
  }

  async #serve(tenantId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      const again = await this.#settle(batch);
      queue.unshift(...again);
    }
    this.#queues.delete(tenantId);
  }

  /** Decides and writes a batch; answers those that have to be decided anew. */
  async #settle(batch: readonly Waiting[]): Promise<Waiting[]> {
    const view = new Overlay(this.#store);
    const decided: { waiting: Waiting; answer: () => void; written?: Promise<unknown> }[] = [];
    for (const waiting of batch) {
      try {
        const { result, unit } = await waiting.decide(view);
        if (unit) view.apply(unit);
        decided.push({
          waiting,
          answer: () => waiting.resolve(result),
          ...(unit && { written: this.#store.write(unit).catch((fault: unknown) => ({ fault })) }),
        });
      } catch (refusal) {
        decided.push({ waiting, answer: () => waiting.reject(refusal) });
      }
    }

    const again: Waiting[] = [];
    // Once a write did not happen, what was decided after it stood on a state that never was.
    let groundless = false;
    for (const { waiting, answer, written } of decided) {
      const outcome = await written;
      if (outcome === 'done' || (outcome === undefined && !groundless)) {
        answer();
      } else if (outcome === undefined || outcome === 'conflict') {
        groundless = true;
        if (++waiting.attempts < maximumAttempts) again.push(waiting);
        else waiting.reject(new GraphError('tooManyRetries', { headers: { 'retry-after': '1' } }));
      } else {
        groundless = true;
        waiting.reject((outcome as { fault: unknown }).fault);
      }
    }
    return again;
  }
}

/** The writes at the head of the queue that can be decided together: one of any kind, or several by key alone. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let size = 1;
  if (queue[0]?.byKeyAlone) while (size < maximumBatch && queue[size]?.byKeyAlone) size++;
  return queue.splice(0, size);
}

/** Committed state with the changes of decided, not yet committed units over it, for reads by key. */
class Overlay implements View {
  readonly #store: EntityReader;
  readonly #changed = new Map<EntitySet, Map<string, Stored | undefined>>();

  constructor(store: EntityReader) {
    this.#store = store;
  }

  apply(unit: Unit): void {
    for (const change of unit.changes) {
      if (change.kind === 'insert' || change.kind === 'update') {
        this.#keep(change.set, change.stored.entity.id, change.stored);
      } else if (change.kind === 'delete') this.#keep(change.set, change.key, undefined);
    }
  }

  #keep(set: EntitySet, key: string, stored: Stored | undefined): void {
    const keys = this.#changed.get(set) ?? new Map<string, Stored | undefined>();
    keys.set(key, stored);
    this.#changed.set(set, keys);
  }

  async find(...[tenantId, set, key]: Parameters<EntityReader['find']>): Promise<Stored | undefined> {
    const keys = this.#changed.get(set);
    return keys?.has(key) ? keys.get(key) : this.#store.find(tenantId, set, key);
  }

  async findRelated(...[tenantId, query]: Parameters<EntityReader['findRelated']>): ReturnType<View['findRelated']> {
    if (this.#changed.size === 0) return this.#store.findRelated(tenantId, query);
    const source = await this.find(tenantId, query.set, query.key);
    if (!source) return undefined;
    const key = source.links[query.property.name];
    return { sourceType: source.type, target: key ? await this.find(tenantId, query.target, key) : undefined };
  }

  // Only decisions that are alone in their batch, and so see no change, look further than keys.
  list: EntityReader['list'] = (...query) => this.#store.list(...query);
  referrers: EntityReader['referrers'] = (...query) => this.#store.referrers(...query);
}
