// Writes units to PostgreSQL: those of one tenant take turns, whichever node they come from; tenants do not wait for
// each other.
//
// The row of a tenant in `audit_heads` is the turn. Every write moves it on, so whoever holds its lock knows that nothing
// else of the tenant changes, and whoever finds the hash in it that he knows, that nothing has.
import { setTimeout as delay } from 'node:timers/promises';
import type { Observe } from '../../observation/index.js';
import type { ChainEnd, Unit, UnitOutcome } from '../../plan/index.js';
import type { WriteStatement } from '../apply-group.js';
import { beginning, type Link, linkAfter } from '../audit-chain.js';
import type { Row, Scalar } from '../queries.js';
import { createReader } from '../reader.js';
import type { DecideUnit } from '../store.js';
import { unitStatements } from '../unit-statements.js';
import { type Client, isConflict, isLost, isTransient, isUnkeepable, type Pool, stateOf } from './connection.js';
import { postgresql } from './dialect.js';

export interface TenantWriter {
  /**
   * Applies the unit whole or not at all, after those of its tenant that came before, and answers after the
   * commit. What was lost on the way is tried again for `patience`; then, or on a fault of another kind, it rejects, and
   * nobody knows whether the unit was applied.
   */
  write(unit: Unit): Promise<UnitOutcome>;
  /** As `UnitWriter.chainEnd`. */
  chainEnd(tenantId: string, options: { now: boolean }): Promise<ChainEnd>;
  /** As `UnitWriter.decideInTurn`; tried again as `write` is. */
  decideInTurn(tenantId: string, decide: DecideUnit): Promise<UnitOutcome>;
  /** Settles when every unit has been answered; those that come later are rejected. */
  close(): Promise<void>;
}

interface Prepared {
  readonly eventId: string;
  readonly after: Unit['after'];
  readonly statements: readonly WriteStatement[];
}

/** A unit, or what decides it when its turn has come. */
interface Waiting {
  readonly work: Prepared | DecideUnit;
  resolve(outcome: UnitOutcome): void;
  reject(fault: unknown): void;
}

/** `patience`: how long a unit is tried again, in milliseconds. */
export function openTenantWriter(pool: Pool, observe: Observe, patience: number): TenantWriter {
  const lines = new Map<string, Line>();
  const lineOf = (tenantId: string): Line => {
    const line = lines.get(tenantId) ?? new Line(pool, tenantId, observe, patience);
    lines.set(tenantId, line);
    return line;
  };
  let closed = false;
  const add = (tenantId: string, work: Waiting['work']): Promise<UnitOutcome> => {
    if (closed) throw new Error('the store is closed');
    return new Promise((resolve, reject) => lineOf(tenantId).add({ work, resolve, reject }));
  };
  return {
    chainEnd: (tenantId, { now }) => lineOf(tenantId).end(now),
    write: async (unit) => add(unit.tenantId, prepare(unit)),
    decideInTurn: async (tenantId, decide) => add(tenantId, decide),
    async close() {
      closed = true;
      await Promise.all([...lines.values()].map((line) => line.settled));
    },
  };
}

function prepare(unit: Unit): Prepared {
  const statements = unitStatements(unit, postgresql);
  if (statements.some(({ parameters }) => parameters.some(isUnkeepable))) {
    throw new Error('a unit has a text that PostgreSQL cannot keep');
  }
  return { eventId: unit.audit.id, after: unit.after, statements };
}

/** The units of one tenant on this node, in their order. */
class Line {
  readonly #pool: Pool;
  readonly #tenantId: string;
  readonly #observe: Observe;
  readonly #patience: number;
  #waiting: Waiting[] = [];
  /** The end of the chain as this node left or found it; another may have moved it on since. */
  #head: Link | undefined;
  /** Whether that was still the end when it was needed last, so that it may be believed. */
  #alone = true;
  /** Whether the unit before came to nothing, and with it those that were decided on what it was to leave. */
  #stopped = false;
  #running = false;
  settled: Promise<void> = Promise.resolve();

  constructor(pool: Pool, tenantId: string, observe: Observe, patience: number) {
    this.#pool = pool;
    this.#observe = observe;
    this.#tenantId = tenantId;
    this.#patience = patience;
  }

  add(unit: Waiting): void {
    this.#waiting.push(unit);
    if (!this.#running) this.settled = this.#run();
  }

  async end(now: boolean): Promise<Link> {
    if (this.#head && this.#alone && !now) return this.#head;
    const row = await this.#pool.get('SELECT position, hash FROM audit_heads WHERE tenant_id = $1', [this.#tenantId]);
    const head = row ? linkOf(row) : beginning;
    this.#alone = head.hash === this.#head?.hash;
    this.#head = head;
    return head;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const begun = performance.now();
      try {
        const { work } = next;
        const outcome = await (typeof work === 'function' ? this.#decideInTurn(work) : this.#applyBehind(work));
        this.#observe({ event: 'groupWritten', units: 1, milliseconds: performance.now() - begun });
        this.#stopped = outcome !== 'done';
        next.resolve(outcome);
      } catch (fault) {
        this.#observe({ event: 'storageFailed', units: 1, error: fault });
        this.#stopped = true;
        next.reject(fault);
      }
    }
    this.#running = false;
  }

  async #applyBehind(unit: Prepared): Promise<UnitOutcome> {
    if (unit.after !== 'unitBefore') return this.#apply(unit, unit.after);
    return this.#stopped || !this.#head ? 'conflict' : this.#apply(unit, this.#head);
  }

  /** `after`: the end of the chain on which the unit was decided; undefined where it does not matter. */
  #apply(unit: Prepared, after: Link | undefined): Promise<UnitOutcome> {
    return this.#patiently(async (attempt) => {
      const before = after ?? this.#head;
      if (attempt === 0 && before) {
        const outcome = await this.#applyAtOnce(unit.statements, before);
        if (outcome === 'done') return outcome;
        if (outcome === 'conflict' && after) return this.#doneOrInConflict(this.#pool, unit);
      }
      return this.#pool.lend((client) => this.#inTurn(client, (head) => this.#applyOn(client, head, unit, after)));
    });
  }

  /** What was decided once stands: where its answer was lost, its event or the end of the chain tells what became of it. */
  async #decideInTurn(decide: DecideUnit): Promise<UnitOutcome> {
    let decided: { readonly unit: Prepared; readonly after: Link } | undefined;
    return this.#patiently(() =>
      this.#pool.lend((client) =>
        this.#inTurn(client, async (head) => {
          if (!decided) {
            const unit = await decide(createReader(client, postgresql));
            if (!unit) return 'nothing';
            decided = { unit: prepare(unit), after: head };
          }
          return this.#applyOn(client, head, decided.unit, decided.after);
        }),
      ),
    );
  }

  /** Tries again what was lost on the way, or refused for the sake of others. */
  async #patiently(work: (attempt: number) => Promise<UnitOutcome>): Promise<UnitOutcome> {
    const end = performance.now() + this.#patience;
    for (let attempt = 0; ; attempt++) {
      try {
        return await work(attempt);
      } catch (error) {
        this.#head = undefined;
        if (isConflict(error)) return 'conflict';
        if (!(isTransient(error) || isLost(error)) || performance.now() > end) throw error;
        // What was lost may have been applied; the audit event tells, when the unit's turn comes again.
        await delay(Math.min(1000, 20 * 2 ** attempt) * (0.5 + Math.random()));
      }
    }
  }

  /**
   * One statement for the whole unit, on that end of the chain; undefined where there is none. In conflict, and nothing
   * changed, where another node was first or a condition does not hold.
   *
   * In READ COMMITTED an UPDATE that waited for a lock looks at the row anew, so `head` has a row only where nobody has
   * written in between; the division by the product of all counts undoes the statement where any part is missing.
   */
  async #applyAtOnce(statements: readonly WriteStatement[], before: Link): Promise<UnitOutcome | undefined> {
    const [event, change, ...more] = statements;
    if (event?.chain === undefined || change?.changes !== 1 || more.length > 0) return undefined;
    // A tenant without an event has no row to move on.
    if (before.position === 0) return undefined;
    const link = linkAfter(before, event.parameters);
    const values = [...event.parameters, link.position, link.hash, ...change.parameters, before.hash];
    try {
      await this.#pool.run(combined(event, change), values);
      this.#head = link;
      return 'done';
    } catch (error) {
      if (stateOf(error) !== divisionByZero && !isConflict(error)) throw error;
      return 'conflict';
    }
  }

  /** The unit itself may be what moved the chain on: its answer was lost, or another node had it too. */
  async #doneOrInConflict(client: Client, { eventId }: Prepared): Promise<UnitOutcome> {
    this.#head = undefined;
    const sql = 'SELECT 1 FROM audit_events WHERE tenant_id = $1 AND id = $2';
    return (await client.get(sql, [this.#tenantId, eventId])) ? 'done' : 'conflict';
  }

  /** A transaction that begins by waiting for the tenant's turn; it ends with the work's own commit, or undone. */
  async #inTurn(client: Client, work: (head: Link) => Promise<UnitOutcome | 'nothing'>): Promise<UnitOutcome> {
    await client.run('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      const outcome = await work(await takeTurn(client, this.#tenantId));
      if (outcome !== 'nothing') return outcome;
      await client.run('ROLLBACK');
      return 'done';
    } catch (error) {
      if (!isLost(error)) await client.run('ROLLBACK');
      throw error;
    }
  }

  /** Ends the transaction. */
  async #applyOn(client: Client, turn: Link, unit: Prepared, after: Link | undefined): Promise<UnitOutcome> {
    if (after && after.hash !== turn.hash) {
      await client.run('ROLLBACK');
      return this.#doneOrInConflict(client, unit);
    }
    let head = turn;
    for (const { sql, parameters, changes, chain, otherwise } of unit.statements) {
      let values = parameters;
      if (chain !== undefined) {
        head = linkAfter(head, parameters);
        values = [...parameters, head.position, head.hash];
      }
      const changed = await client.run(sql, values);
      if (changes !== 'any' && changed !== changes) {
        await client.run('ROLLBACK');
        this.#head = undefined;
        return otherwise;
      }
    }
    await client.run('UPDATE audit_heads SET position = $2, hash = $3 WHERE tenant_id = $1', [
      this.#tenantId,
      head.position,
      head.hash,
    ]);
    await client.run('COMMIT');
    this.#head = head;
    return 'done';
  }
}

async function takeTurn(client: Client, tenantId: string): Promise<Link> {
  const select = 'SELECT position, hash FROM audit_heads WHERE tenant_id = $1 FOR UPDATE';
  let row = await client.get(select, [tenantId]);
  if (!row) {
    const { position, hash } = beginning;
    const sql = 'INSERT INTO audit_heads (tenant_id, position, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
    await client.run(sql, [tenantId, position, hash]);
    row = await client.get(select, [tenantId]);
  }
  if (!row) throw new Error(`the tenant '${tenantId}' has no audit head`);
  return linkOf(row);
}

function linkOf([position, hash]: Row): Link {
  return { position: Number(position), hash: String(hash) };
}

const divisionByZero = '22012';

const combinations = new Map<string, string>();

/** The two as one statement that moves the head on; the values: the event's, place and hash, the change's, the hash before. */
function combined(event: WriteStatement, change: WriteStatement): string {
  const key = `${event.sql}\n${change.sql}`;
  const known = combinations.get(key);
  if (known !== undefined) return known;
  const ofEvent: readonly Scalar[] = event.parameters;
  const [position, hash] = [ofEvent.length + 1, ofEvent.length + 2];
  const before = hash + change.parameters.length + 1;
  const shifted = change.sql.replace(/\$(\d+)/g, (_, place: string) => `$${Number(place) + hash}`);
  // The turn is taken before any other row is locked.
  const inTurn = shifted.startsWith('INSERT') ? shifted : `${shifted} AND EXISTS (SELECT 1 FROM head)`;
  const sql = `WITH head AS (UPDATE audit_heads SET position = $${position}, hash = $${hash} WHERE tenant_id = $1 AND hash = $${before} RETURNING 1),
changed AS (${inTurn} RETURNING 1),
event AS (${event.sql} RETURNING 1)
SELECT 1 / ((SELECT count(*) FROM head) * (SELECT count(*) FROM changed) * (SELECT count(*) FROM event))`;
  combinations.set(key, sql);
  return sql;
}
