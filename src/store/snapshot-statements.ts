// Snapshots of a development store as statements: each table has a twin that keeps its rows under a snapshot's name.
import type { WriteStatement } from './apply-group.js';
import type { Dialect, Schema } from './dialect.js';
import { type KeptTable, keptTables } from './kept-tables.js';
import { migrations } from './migrations/index.js';
import type { Scalar } from './queries.js';
import type { Snapshot } from './store.js';

/** What a snapshot holds: everything but what the server itself is, its keys among it, so that tokens go on to hold. */
const snapshotTables: readonly KeptTable[] = keptTables.filter(({ ofServer }) => !ofServer);

/** The twins are of the schema that they were made with; those of another one are never looked at. */
const version = migrations.length;
const list = `snapshots_${version}`;

function twin({ name }: KeptTable): string {
  return `snapshot_${version}_${name}`;
}

export interface SnapshotStatements {
  /** Makes the twins where they are not there yet. */
  readonly prepare: readonly WriteStatement[];
  /** `conflict` where there is one of the name, unless it is to be replaced. */
  take(snapshot: Snapshot, replace: boolean): readonly WriteStatement[];
  /** `conflict` where there is none of the name, as of `remove`. */
  restore(name: string): readonly WriteStatement[];
  remove(name: string): readonly WriteStatement[];
  /** Answers name and time, the oldest first. */
  readonly list: string;
}

export function snapshotStatements(dialect: Dialect, schema: Schema): SnapshotStatements {
  const [first, second] = [1, 2].map((position) => dialect.placeholder(position));
  const removeRows = (name: string): WriteStatement[] =>
    snapshotTables.map((table) => statement(`DELETE FROM ${twin(table)} WHERE snapshot = ${first}`, [name]));
  return {
    prepare: [
      statement(
        `CREATE TABLE IF NOT EXISTS ${list} (name ${schema.text} NOT NULL PRIMARY KEY, taken_date_time ${schema.text} NOT NULL)${schema.byKey}`,
      ),
      ...snapshotTables.map((table) => statement(makeTwin(table, schema))),
    ],
    take({ name, takenDateTime }, replace) {
      const kept = dialect.typedPlaceholder(1, name);
      return [
        ...(replace ? [statement(`DELETE FROM ${list} WHERE name = ${first}`, [name]), ...removeRows(name)] : []),
        condition(
          `INSERT INTO ${list} (name, taken_date_time) VALUES (${first}, ${second}) ON CONFLICT (name) DO NOTHING`,
          [name, takenDateTime],
        ),
        ...snapshotTables.map((table) => {
          const columns = Object.keys(table.columns).join(', ');
          const sql = `INSERT INTO ${twin(table)} (snapshot, ${columns}) SELECT ${kept}, ${columns} FROM ${table.name}`;
          return statement(sql, [name]);
        }),
      ];
    },
    restore(name) {
      return [
        condition(`UPDATE ${list} SET name = name WHERE name = ${first}`, [name]),
        ...snapshotTables.toReversed().flatMap(empty),
        ...snapshotTables.map((table) => {
          const columns = Object.keys(table.columns).join(', ');
          const sql = `INSERT INTO ${table.name} (${columns}) SELECT ${columns} FROM ${twin(table)} WHERE snapshot = ${first}`;
          return statement(sql, [name]);
        }),
      ];
    },
    remove: (name) => [condition(`DELETE FROM ${list} WHERE name = ${first}`, [name]), ...removeRows(name)],
    list: `SELECT name, taken_date_time FROM ${list} ORDER BY taken_date_time, name`,
  };
}

/** Columns without conditions: what the table took, its twin takes. */
function makeTwin(table: KeptTable, schema: Schema): string {
  const columns = Object.entries(table.columns).map(([name, kind]) => {
    return `${name} ${schema[kind]}${table.key.includes(name) ? ' NOT NULL' : ''}`;
  });
  const key = ['snapshot', ...table.key].join(', ');
  return `CREATE TABLE IF NOT EXISTS ${twin(table)} (snapshot ${schema.text} NOT NULL, ${columns.join(', ')}, PRIMARY KEY (${key}))${schema.byKey}`;
}

/** References among the table's own rows would forbid to delete the one that is referred to first. */
function empty({ name, later = [] }: KeptTable): WriteStatement[] {
  const assignments = later.map((column) => `${column} = NULL`).join(', ');
  const referring = later.map((column) => `${column} IS NOT NULL`).join(' OR ');
  return [
    ...(later.length > 0 ? [statement(`UPDATE ${name} SET ${assignments} WHERE ${referring}`)] : []),
    statement(`DELETE FROM ${name}`),
  ];
}

function statement(sql: string, parameters: readonly Scalar[] = []): WriteStatement {
  return { sql, parameters, changes: 'any', otherwise: 'conflict', wholeStore: true };
}

function condition(sql: string, parameters: readonly Scalar[]): WriteStatement {
  return { ...statement(sql, parameters), changes: 1 };
}
