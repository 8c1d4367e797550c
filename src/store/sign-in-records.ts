// What a sign-in leaves behind for a while: found, used once, and removed when it has expired.
import type { WriteStatement } from './apply-group.js';
import type { Dialect } from './dialect.js';
import type { Queries, Row } from './queries.js';
import type { SignInRecord, SignInRecords } from './store.js';

/** Applies one statement. Where it has to change one row, tells whether it did. */
export type RunOnce = (statement: Pick<WriteStatement, 'sql' | 'parameters' | 'changes'>) => Promise<boolean>;

const columns = 'tenant_id, kind, id, grant_id, session_id, user_code, consumed, expires, properties';

export function createSignInRecords(connection: Queries, run: RunOnce, { placeholder }: Dialect): SignInRecords {
  const [first, second, third, fourth] = [1, 2, 3, 4].map((position) => placeholder(position));
  const select = `SELECT ${columns} FROM sign_in_records WHERE tenant_id = ${first} AND kind = ${second}`;
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((position) => placeholder(position)).join(', ');
  const insert = `INSERT INTO sign_in_records (${columns}) VALUES (${values}) ON CONFLICT (tenant_id, kind, id)`;
  const find = async (sql: string, parameters: readonly string[]): Promise<SignInRecord | undefined> => {
    const row = await connection.get(sql, parameters);
    return row && recordOf(row);
  };
  const once = (sql: string, parameters: WriteStatement['parameters']) => run({ sql, parameters, changes: 1 });
  const always = async (sql: string, parameters: WriteStatement['parameters']): Promise<void> => {
    await run({ sql, parameters, changes: 'any' });
  };
  return {
    findRecord: (tenantId, kind, id) => find(`${select} AND id = ${third}`, [tenantId, kind, id]),
    findRecordOfSession: (tenantId, kind, session) =>
      find(`${select} AND session_id = ${third}`, [tenantId, kind, session]),
    findRecordOfUserCode: (tenantId, kind, userCode) =>
      find(`${select} AND user_code = ${third}`, [tenantId, kind, userCode]),
    addRecord: (record) => once(`${insert} DO NOTHING`, cellsOf(record)),
    // What was used stays used, whoever writes the rest.
    keepRecord: (record) =>
      always(
        `${insert} DO UPDATE SET grant_id = excluded.grant_id, session_id = excluded.session_id,
          user_code = excluded.user_code, expires = excluded.expires, properties = excluded.properties`,
        cellsOf(record),
      ),
    consumeRecord: (tenantId, kind, id, at) =>
      once(
        `UPDATE sign_in_records SET consumed = ${fourth}
          WHERE tenant_id = ${first} AND kind = ${second} AND id = ${third} AND consumed IS NULL`,
        [tenantId, kind, id, at],
      ),
    removeRecord: (tenantId, kind, id) =>
      always(`DELETE FROM sign_in_records WHERE tenant_id = ${first} AND kind = ${second} AND id = ${third}`, [
        tenantId,
        kind,
        id,
      ]),
    removeRecordsOfGrant: (tenantId, grant) =>
      always(`DELETE FROM sign_in_records WHERE tenant_id = ${first} AND grant_id = ${second}`, [tenantId, grant]),
    // By way of the tenants, so that the index that each tenant's rows have of their ends serves.
    removeRecordsBefore: (end) =>
      always(`DELETE FROM sign_in_records WHERE tenant_id IN (SELECT id FROM tenants) AND expires < ${first}`, [end]),
  };
}

function cellsOf(record: SignInRecord): WriteStatement['parameters'] {
  return [
    record.tenantId,
    record.kind,
    record.id,
    record.grant ?? null,
    record.session ?? null,
    record.userCode ?? null,
    record.consumed ?? null,
    record.expires,
    JSON.stringify(record.properties),
  ];
}

function recordOf([tenantId, kind, id, grant, session, userCode, consumed, expires, properties]: Row): SignInRecord {
  return {
    tenantId: String(tenantId),
    kind: String(kind),
    id: String(id),
    ...(grant !== null && { grant: String(grant) }),
    ...(session !== null && { session: String(session) }),
    ...(userCode !== null && { userCode: String(userCode) }),
    ...(consumed !== null && { consumed: Number(consumed) }),
    expires: Number(expires),
    properties: typeof properties === 'string' ? JSON.parse(properties) : (properties as unknown as object),
  };
}
