// Reads applications, users and limits, each time from the database: another process may have changed them.
import { type Application, type KeptLimits, nameKey, type User } from '../plan/index.js';
import type { Dialect } from './dialect.js';
import type { Queries, Row } from './queries.js';
import type { DirectoryReader, LimitsReader } from './store.js';

export function createDirectoryReader(connection: Queries, { placeholder }: Dialect): DirectoryReader {
  const [tenant, key] = [placeholder(1), placeholder(2)];
  const select = (table: string): string => `SELECT id, version, properties FROM ${table} WHERE tenant_id = ${tenant}`;
  const find = async <Item>(table: string, column: string, values: readonly string[]): Promise<Item | undefined> => {
    const row = await connection.get(`${select(table)} AND ${column} = ${key}`, values);
    return row && itemOf<Item>(row);
  };
  const list = async <Item>(table: string, tenantId: string): Promise<readonly Item[]> => {
    return (await connection.all(`${select(table)} ORDER BY id`, [tenantId])).map((row) => itemOf<Item>(row));
  };
  return {
    findApplication: (tenantId, appId) => find<Application>('applications', 'id', [tenantId, appId]),
    listApplications: (tenantId) => list<Application>('applications', tenantId),
    findUser: (tenantId, id) => find<User>('users', 'id', [tenantId, id]),
    findUserByName: (tenantId, name) => find<User>('users', 'name_key', [tenantId, nameKey(name)]),
    listUsers: (tenantId) => list<User>('users', tenantId),
  };
}

export function createLimitsReader(connection: Queries): LimitsReader {
  return {
    async findLimits() {
      const row = await connection.get('SELECT version, limits FROM limits WHERE id = 1');
      return row && { version: Number(row[0]), limits: jsonOf<KeptLimits['limits']>(row[1]) };
    },
  };
}

/** What was written is whole (`directory-statements.ts`), so that it is what it was. */
function itemOf<Item>([id, version, properties]: Row): Item {
  return { id, ...jsonOf<object>(properties), version: Number(version) } as Item;
}

/** JSON: a text in a row of SQLite, the value in one of PostgreSQL. */
function jsonOf<T>(cell: unknown): T {
  return typeof cell === 'string' ? JSON.parse(cell) : (cell as T);
}
