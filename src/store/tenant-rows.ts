// Rows of several tables, each in the order of tenants, looked through one tenant at a time.
import type { Cells } from './table-pages.js';

/** A stream of rows that stops where the next tenant begins. */
export interface TenantRows {
  /** The tenant of the next row; undefined at the end. */
  tenant(): Promise<string | undefined>;
  /** The rows of the tenant that come next; none where the next row is another's. */
  of(tenant: string): AsyncGenerator<Cells>;
}

/** `column` tells the tenant of a row. */
export function tenantRows(pages: AsyncIterable<readonly Cells[]>, column = 'tenant_id'): TenantRows {
  const source = pages[Symbol.asyncIterator]();
  let page: readonly Cells[] = [];
  let index = 0;
  const peek = async (): Promise<Cells | undefined> => {
    while (index >= page.length) {
      const next = await source.next();
      if (next.done) return undefined;
      page = next.value;
      index = 0;
    }
    return page[index];
  };
  return {
    tenant: async () => (await peek())?.[column] ?? undefined,
    async *of(tenant) {
      for (let row = await peek(); row?.[column] === tenant; row = await peek()) {
        index++;
        yield row;
      }
    },
  };
}

/** Every tenant that any of the streams has rows of, in order; what is left of one's rows is passed over. */
export async function* tenantsOf(streams: readonly TenantRows[]): AsyncGenerator<string> {
  for (;;) {
    let first: string | undefined;
    for (const stream of streams) {
      const tenant = await stream.tenant();
      if (tenant !== undefined && (first === undefined || comesBefore(tenant, first))) first = tenant;
    }
    if (first === undefined) return;
    yield first;
    for (const stream of streams) for await (const _ of stream.of(first));
  }
}

/** By code point, as the databases order. */
function comesBefore(a: string, b: string): boolean {
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
}
