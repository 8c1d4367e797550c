// An index serves the filters that one can serve.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deviceConfigurations, model } from '../../src/model/index.js';
import { parseFilter } from '../../src/odata/filter.js';
import { openConnection } from '../../src/store/connection.js';
import { newParameters } from '../../src/store/dialect.js';
import { compileFilter } from '../../src/store/filter/compile.js';
import { openStore } from '../../src/store/index.js';
import { layoutOf } from '../../src/store/layout.js';
import { sqlite } from '../../src/store/sqlite/dialect.js';
import { limits } from '../odata/requests.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
let connection: ReturnType<typeof openConnection>;
before(async () => {
  const path = join(folder, 'plans.db');
  await (await openStore({ path, mode: 'development', create: true })).close();
  connection = openConnection(path);
});
after(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

function plan(text: string): string {
  const parameters = newParameters(sqlite);
  const tenant = parameters.add('tenant');
  const layout = layoutOf(deviceConfigurations);
  const filter = parseFilter(text, deviceConfigurations.type, model, { limits });
  const condition = compileFilter(filter, { layout, alias: 't', dialect: sqlite, parameters });
  const sql = `SELECT t.id FROM ${layout.table} t WHERE t.tenant_id = ${tenant} AND ${condition}`;
  return connection
    .all(`EXPLAIN QUERY PLAN ${sql}`, parameters.values)
    .map((row) => row.at(-1))
    .join('\n');
}

describe('an index serves', () => {
  const served: readonly (readonly [string, RegExp])[] = [
    ["displayName eq 'x'", /by_display_name \(tenant_id=\? AND display_name=\?\)/],
    ["displayName in ('x','y')", /by_display_name \(tenant_id=\? AND display_name=\?\)/],
    ["displayName gt 'x'", /by_display_name \(tenant_id=\? AND display_name>\?\)/],
    ["startswith(displayName,'x')", /by_display_name \(tenant_id=\? AND display_name>\? AND display_name<\?\)/],
    ['createdDateTime ge 2024-01-01', /by_creation \(tenant_id=\? AND created_date_time>\?\)/],
    ["createdDateTime lt now() sub duration'P7D'", /by_creation \(tenant_id=\? AND created_date_time<\?\)/],
    ["id eq 'x'", /tenant_id=\? AND id=\?/],
    ['derivedCredentialSettings eq null', /by_derived_credential_settings \(tenant_id=\? AND derived_credential_settings_id=\?\)/],
    ["assignments/any(a:a/intent eq 'apply')", /SEARCH x1 USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/],
  ]; // biome-ignore format: a table
  for (const [text, index] of served) {
    it(text, () => assert.match(plan(text), index));
  }
});
