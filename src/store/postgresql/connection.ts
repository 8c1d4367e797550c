// Connections to PostgreSQL: a pool, rows as arrays, values as they are bound to SQLite too.
import pg from 'pg';
import { GraphError, reasonOf, StorageFault, type StorageTrouble } from '../../base/index.js';
import type { IsLast, Queries, Row, Scalar } from '../queries.js';
import { readPortions } from './portions.js';

/** One connection, or the pool, which takes any that is free. */
export interface Client extends Queries {
  get(sql: string, parameters?: readonly Scalar[]): Promise<Row | undefined>;
  all(sql: string, parameters?: readonly Scalar[]): Promise<readonly Row[]>;
  until(sql: string, parameters: readonly Scalar[], isLast: IsLast): Promise<readonly Row[]>;
  /** How many rows the statement changed. */
  run(sql: string, parameters?: readonly Scalar[]): Promise<number>;
}

export interface Pool extends Client {
  /** Lends one connection out; one on which `work` failed by the connection's own fault is not used again. */
  lend<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PoolLimits {
  /** Most connections that are open at once. */
  readonly connections: number;
  /** How long a connection may take to come about, and a statement to answer, in milliseconds. */
  readonly connectTimeout: number;
  readonly statementTimeout: number;
  /**
   * How long a transaction may wait for its next statement, in milliseconds: whoever stands still, or is cut off, with a
   * tenant's turn in hand does not keep it. Undefined where a transaction may stay open.
   */
  readonly idleTimeout: number | undefined;
}

export const usualLimits: PoolLimits = {
  connections: 10,
  connectTimeout: 3000,
  statementTimeout: 10_000,
  idleTimeout: 10_000,
};

/** Opens no connection yet; they come about as they are needed, and anew after PostgreSQL was away. */
export function openPool(url: string, limits: PoolLimits = usualLimits): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'offshoot',
    max: limits.connections,
    connectionTimeoutMillis: limits.connectTimeout,
    // The server ends a statement that takes too long; where it does not even answer, the connection is given up.
    statement_timeout: limits.statementTimeout,
    query_timeout: limits.statementTimeout + 2000,
    ...(limits.idleTimeout !== undefined && { idle_in_transaction_session_timeout: limits.idleTimeout }),
    keepAlive: true,
    // What is acknowledged has to be on disk, whatever the server's own default.
    onConnect: async (client) => {
      await client.query(
        "SELECT set_config('synchronous_commit', 'on', FALSE) WHERE current_setting('synchronous_commit', TRUE) = 'off'",
      );
    },
    types: { getTypeParser: (oid: number) => parsers.get(oid) ?? asText },
  });
  // A connection that breaks while nobody uses it has left the pool already.
  pool.on('error', () => {});
  const lend = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw asFault(error);
    });
    // A break while `work` is between two statements is told by the next one.
    const ignore = (): void => {};
    client.on('error', ignore);
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } catch (error) {
      broken = isLost(error);
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  };
  return {
    ...clientOver({
      send: (query) => pool.query(query),
      read: (query, isLast) => lend((client) => readPortions(client, query, isLast)),
    }),
    lend: (work) =>
      lend((client) =>
        work(
          clientOver({
            send: (query) => client.query(query),
            read: (query, isLast) => readPortions(client, query, isLast),
          }),
        ),
      ),
    close: () => pool.end(),
  };
}

/** Ways to have a statement carried out: all rows at once, or in portions. */
interface Sender {
  send(query: pg.QueryArrayConfig<unknown[]>): Promise<pg.QueryArrayResult<unknown[]>>;
  read(query: pg.QueryArrayConfig<unknown[]>, isLast: IsLast): Promise<readonly Row[]>;
}

function clientOver({ send, read }: Sender): Client {
  const carryOut = async <T>(
    text: string,
    parameters: readonly Scalar[],
    by: (query: pg.QueryArrayConfig<unknown[]>) => Promise<T>,
  ): Promise<T> => {
    try {
      return await by({ ...withoutStrays(text, parameters.map(bindable)), rowMode: 'array' });
    } catch (error) {
      throw asFault(error);
    }
  };
  return {
    // The parsers below make scalars of every column.
    get: async (sql, parameters = []) => (await carryOut(sql, parameters, send)).rows[0] as Row | undefined,
    all: async (sql, parameters = []) => (await carryOut(sql, parameters, send)).rows as unknown as Row[],
    until: (sql, parameters, isLast) => carryOut(sql, parameters, (query) => read(query, isLast)),
    run: async (sql, parameters = []) => (await carryOut(sql, parameters, send)).rowCount ?? 0,
  };
}

const asText = (text: string): string => text;

/** By the type's OID. JSON stays a text, as SQLite has it. */
const parsers: ReadonlyMap<number, (text: string) => Scalar> = new Map<number, (text: string) => Scalar>([
  [16, (text) => text === 't'],
  ...[20, 21, 23, 700, 701, 1700].map((oid) => [oid, (text: string) => Number(text)] as const),
]);

const unkeepable = /\0|\p{Surrogate}/gu;

export function isUnkeepable(value: Scalar): boolean {
  return typeof value === 'string' && value.search(unkeepable) >= 0;
}

/** PostgreSQL takes neither U+0000 nor half of a surrogate pair; to look for one is to look for what nobody keeps. */
function bindable(value: Scalar): Scalar {
  return typeof value === 'string' ? value.replace(unkeepable, '\uffff') : value;
}

/**
 * The statement with the values alone that stand in it. An expression leaves out what decides nothing, such as the operand
 * of `in ()`, and PostgreSQL refuses a value that stands nowhere, since it cannot tell its type.
 */
function withoutStrays(text: string, values: Scalar[]): { text: string; values: Scalar[] } {
  const standing = [...new Set(text.match(/\$\d+/g))];
  if (standing.length === values.length) return { text, values };
  const places = new Map(standing.map((name, index) => [name, `$${index + 1}`]));
  return {
    text: text.replace(/\$\d+/g, (name) => places.get(name) ?? name),
    values: standing.map((name) => values[Number(name.slice(1)) - 1] ?? null),
  };
}

/** SQLSTATEs of conditions that what other rows hold does not meet: classes of integrity constraints. */
const conflicts: ReadonlySet<unknown> = new Set(['23001', '23503', '23505']);

/** Whether a statement failed because of what other rows hold. */
export function isConflict(error: unknown): boolean {
  return conflicts.has(stateOf(error));
}

/** Whether the same transaction may well succeed when it is tried again: serialization failure, deadlock. */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01'].includes(String(stateOf(error)));
}

/**
 * Whether the connection or the server went away (SQLSTATE classes 08, 57P, 53; or no state at all), so that nobody
 * knows what became of a statement that was under way.
 */
export function isLost(error: unknown): boolean {
  const state = stateOf(error);
  if (state === undefined) return true;
  return /^(08|57P|53)/.test(state) || isReadOnly(error);
}

/** A server that was just made a standby refuses to write (25006). */
function isReadOnly(error: unknown): boolean {
  return stateOf(error) === '25006';
}

/** SQLSTATEs, and classes of them, that speak of the storage. */
const troubles: readonly (readonly [RegExp, StorageTrouble])[] = [
  [/^(53100|53200)$/, 'full'],
  [/^25006$/, 'readOnly'],
  [/^(40001|40P01|55P03|57014)$/, 'locked'],
  [/^XX00[12]$/, 'damaged'],
  [/^58/, 'failing'],
  [/^(08|57P|53)/, 'unreachable'],
];

/** What the driver throws without an SQLSTATE comes of the connection. */
function asFault(error: unknown): unknown {
  const state = stateOf(error);
  // Unlike SQLite, PostgreSQL has no infinity that a sum or a product could become.
  if (state === '22003' || state === '22008') return new GraphError('valueOutOfRange');
  const trouble = state === undefined ? 'unreachable' : troubles.find(([states]) => states.test(state))?.[1];
  if (trouble === undefined || !(error instanceof Error)) return error;
  return new StorageFault(trouble, error.message, { cause: error });
}

/** What was thrown as the database was first asked: a refusal of ours as it is, anything else as a sentence about the database. */
export function unusable(name: string, thrown: unknown): unknown {
  const isFault = thrown instanceof StorageFault;
  if (!isFault && stateOf(thrown) === undefined) return thrown;
  const cause = isFault ? thrown.cause : thrown;
  const text = `The database '${name}' cannot be used: ${reasonOf(cause)}.`;
  return isFault ? new StorageFault(thrown.trouble, text, { cause }) : new Error(text, { cause });
}

export function stateOf(thrown: unknown): string | undefined {
  const error = thrown instanceof StorageFault ? thrown.cause : thrown;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
