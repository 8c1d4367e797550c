// Where writes are decided: one tenant's take turns, those that wait together are decided together.
import { GraphError } from '../base/index.js';
import type { EntitySet } from '../edm/index.js';
import type { ChainEnd, Stored, Unit, UnitOutcome } from '../plan/index.js';
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

/** How often a write is decided, when another node or process was first: with the store's turn, it is not so twice. */
const maximumAttempts = 40;
/** Longest pause before that, in milliseconds: whoever was first goes on, and the others do not meet again at once. */
const longestPause = 50;

/**
 * Takes the writes of each tenant in turn. Every write is decided on the state that the writes before it leave, committed
 * or not, so that on one node none is refused by the store for another's sake. Those that look at keys alone (updates of the
 * settings) share commits; the others go one by one. Each is answered after its own commit. Tenants do not wait for each other.
 *
 * Where other servers write too, a decision stands on the end of the tenant's audit chain, which is looked at before all
 * else: its unit is written if nothing of the tenant has changed since, and decided anew otherwise, now while nobody else
 * of the tenant can write. So one who is alone asks once, and one among many is never passed over for long.
 */
export class Desk {
  readonly #store: EntityReader & UnitWriter;
  readonly #lines = new Map<string, Line>();
  /** Settles when writes may be decided again; undefined while they may. */
  #pause: Promise<void> | undefined;

  constructor(store: EntityReader & UnitWriter) {
    this.#store = store;
  }

  async submit<T>(tenantId: string, decide: Decide<T>, { byKeyAlone }: { byKeyAlone: boolean }): Promise<T> {
    while (this.#pause) await this.#pause;
    const line = this.#lines.get(tenantId) ?? new Line(this.#store, tenantId, () => this.#lines.delete(tenantId));
    this.#lines.set(tenantId, line);
    return new Promise((resolve, reject) => {
      // A line holds writes with answers of any type; each answer goes back to the call that it came from.
      line.add({ decide, byKeyAlone, resolve: resolve as (result: unknown) => void, reject, attempts: 0 });
    });
  }

  /** Does the work while no write is decided or on its way; those that come meanwhile are decided on what it leaves. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#pause) await this.#pause;
    let goOn = (): void => {};
    this.#pause = new Promise((resolve) => {
      goOn = resolve;
    });
    try {
      await this.settled();
      return await work();
    } finally {
      this.#pause = undefined;
      goOn();
    }
  }

  /** Settles when every write that was submitted has been answered. */
  async settled(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.empty));
  }
}

/** The writes of one tenant: those that wait, and those that are decided and on their way to the disk. */
class Line {
  readonly #store: EntityReader & UnitWriter;
  readonly #tenantId: string;
  readonly #view: Overlay;
  readonly #waiting: Waiting[] = [];
  #deciding = false;
  /** Decided, not yet answered. */
  #underWay = 0;
  /** Nothing can be decided on top of what is under way: it looked further than keys, or it came to nothing. */
  #sealed = false;
  /** Whether all that was decided so far has been written. */
  #ground: Promise<boolean> = Promise.resolve(true);
  /** What the next decision stands on; undefined before the first, and where nobody else writes. */
  #after: ChainEnd | 'unitBefore' | undefined;
  /** Decided on a state that never came to be; they go first again when nothing is under way any more. */
  readonly #again: Waiting[] = [];
  readonly #onEmpty: () => void;
  readonly empty: Promise<void>;
  #becomeEmpty = (): void => {};

  constructor(store: EntityReader & UnitWriter, tenantId: string, onEmpty: () => void) {
    this.#store = store;
    this.#tenantId = tenantId;
    this.#view = new Overlay(store);
    this.#onEmpty = onEmpty;
    this.empty = new Promise((resolve) => {
      this.#becomeEmpty = resolve;
    });
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#advance();
  }

  #advance(): void {
    const [next] = this.#waiting;
    if (!next || this.#deciding) return;
    if (this.#underWay > 0 && (this.#sealed || !next.byKeyAlone)) return;
    this.#waiting.shift();
    this.#deciding = true;
    void this.#decide(next);
  }

  async #decide(waiting: Waiting): Promise<void> {
    this.#underWay++;
    if (waiting.attempts > 0 && this.#store.decideInTurn) {
      this.#decideInTurn(waiting, this.#store.decideInTurn);
      return;
    }
    this.#sealed ||= !waiting.byKeyAlone;
    const reads = this.#view.reads;
    let answer: () => void;
    let written: Promise<UnitOutcome> | undefined;
    try {
      this.#after ??= await this.#store.chainEnd?.(this.#tenantId, { now: waiting.attempts > 0 });
      const { result, unit } = await waiting.decide(this.#view);
      if (unit) {
        this.#view.apply(unit);
        written = this.#store.write(this.#after ? { ...unit, after: this.#after } : unit);
        if (this.#after) this.#after = 'unitBefore';
      }
      answer = () => waiting.resolve(result);
    } catch (refusal) {
      answer = () => waiting.reject(refusal);
    }
    // What was read at one moment is an answer; what was read at several may never have been at once.
    if (!written && this.#view.reads > reads + 1) written = this.#confirm(this.#after);
    this.#ground = this.#settle(waiting, answer, written, this.#ground);
    this.#deciding = false;
    this.#advance();
  }

  /** Nothing else is under way here: what comes to nothing goes first when all that was is answered. */
  #decideInTurn(waiting: Waiting, decideInTurn: NonNullable<UnitWriter['decideInTurn']>): void {
    this.#sealed = true;
    let answer = (): void => {};
    const written = decideInTurn(this.#tenantId, async (state) => {
      try {
        const { result, unit } = await waiting.decide(state);
        answer = () => waiting.resolve(result);
        return unit;
      } catch (refusal) {
        answer = () => waiting.reject(refusal);
        return undefined;
      }
    });
    this.#ground = this.#settle(waiting, () => answer(), written, this.#ground);
    this.#deciding = false;
  }

  /** Whether the tenant has not changed since. */
  async #confirm(after: ChainEnd | 'unitBefore' | undefined): Promise<UnitOutcome> {
    if (!after || !this.#store.chainEnd) return 'done';
    if (after === 'unitBefore') return 'conflict';
    const { hash } = await this.#store.chainEnd(this.#tenantId, { now: true });
    return hash === after.hash ? 'done' : 'conflict';
  }

  /** Answers a write once its unit is written, or once what its answer rests on is; tells whether that came to be. */
  async #settle(
    waiting: Waiting,
    answer: () => void,
    written: Promise<UnitOutcome> | undefined,
    before: Promise<boolean>,
  ): Promise<boolean> {
    let grounded = true;
    try {
      const outcome = written ? await written : 'done';
      grounded = (await before) && outcome === 'done';
      if (written ? outcome === 'done' : grounded) answer();
      else if (++waiting.attempts < maximumAttempts) this.#again.push(waiting);
      else waiting.reject(new GraphError('tooManyRetries', { headers: { 'retry-after': '1' } }));
    } catch (fault) {
      grounded = false;
      waiting.reject(fault);
    }
    this.#sealed ||= !grounded;
    this.#underWay--;
    if (this.#underWay === 0) this.#startAnew();
    return grounded;
  }

  /** Everything is on the disk: what comes next is decided on that. */
  #startAnew(): void {
    this.#view.clear();
    this.#sealed = false;
    this.#after = undefined;
    this.#ground = Promise.resolve(true);
    const again = this.#again.splice(0);
    const attempts = Math.max(0, ...again.map((waiting) => waiting.attempts));
    this.#waiting.unshift(...again);
    if (attempts > 1) this.#advanceAfter(Math.random() * Math.min(longestPause, 2 ** attempts));
    else this.#advance();
    if (this.#deciding || this.#underWay > 0) return;
    this.#onEmpty();
    this.#becomeEmpty();
  }

  #advanceAfter(pause: number): void {
    this.#deciding = true;
    setTimeout(() => {
      this.#deciding = false;
      this.#advance();
    }, pause);
  }
}

/** Committed state with the changes of decided, not yet committed units over it, for reads by key. */
class Overlay implements View {
  readonly #store: EntityReader;
  readonly #changed = new Map<EntitySet, Map<string, Stored | undefined>>();
  /** How often the store was asked. */
  reads = 0;

  constructor(store: EntityReader) {
    this.#store = store;
  }

  get #asked(): EntityReader {
    this.reads++;
    return this.#store;
  }

  apply(unit: Unit): void {
    for (const change of unit.changes) {
      if (change.kind === 'insert' || change.kind === 'update') {
        this.#keep(change.set, change.stored.entity.id, change.stored);
      } else if (change.kind === 'delete') this.#keep(change.set, change.key, undefined);
    }
    for (const follower of unit.followers ?? []) this.apply(follower);
  }

  clear(): void {
    this.#changed.clear();
  }

  #keep(set: EntitySet, key: string, stored: Stored | undefined): void {
    const keys = this.#changed.get(set) ?? new Map<string, Stored | undefined>();
    keys.set(key, stored);
    this.#changed.set(set, keys);
  }

  find(...[tenantId, set, key]: Parameters<EntityReader['find']>): Promise<Stored | undefined> {
    const keys = this.#changed.get(set);
    return keys?.has(key) ? Promise.resolve(keys.get(key)) : this.#asked.find(tenantId, set, key);
  }

  async findRelated(...[tenantId, query]: Parameters<EntityReader['findRelated']>): ReturnType<View['findRelated']> {
    if (this.#changed.size === 0) return this.#asked.findRelated(tenantId, query);
    const source = await this.find(tenantId, query.set, query.key);
    if (!source) return undefined;
    const key = source.links[query.property.name];
    return {
      sourceType: source.type,
      target: typeof key === 'string' ? await this.find(tenantId, query.target, key) : undefined,
    };
  }

  // Only decisions that are alone in their batch, and so see no change, look further than keys.
  list: EntityReader['list'] = (...query) => this.#asked.list(...query);
  referrers: EntityReader['referrers'] = (...query) => this.#asked.referrers(...query);
}
