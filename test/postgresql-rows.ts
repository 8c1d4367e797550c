// A look at what a tenant has in a PostgreSQL database, beside the servers.
import type pg from 'pg';

/** Each row as an object of its columns. */
export type Tables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** All that the tenant has, row by row; where rows have a position, in that order. */
export async function rowsOf(client: pg.Pool, tenantId: string): Promise<Tables> {
  const { rows: columns } = await client.query(
    "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = current_schema AND table_type = 'BASE TABLE' ORDER BY table_name, ordinal_position",
  );
  const tables = new Map<string, string[]>();
  for (const { table_name: table, column_name: column } of columns) {
    tables.set(table, [...(tables.get(table) ?? []), column]);
  }
  const found = [...tables].flatMap(([table, names]) => {
    const owner = table === 'tenants' ? 'id' : 'tenant_id';
    return names.includes(owner) ? [{ table, owner, names }] : [];
  });
  return Object.fromEntries(
    await Promise.all(
      found.map(async ({ table, owner, names }) => {
        const order = names.includes('position') ? 'position' : names.map((name) => `"${name}"`).join(', ');
        const sql = `SELECT * FROM "${table}" WHERE "${owner}" = $1 ORDER BY ${order}`;
        return [table, (await client.query(sql, [tenantId])).rows] as const;
      }),
    ),
  );
}
