// Which indexes serve the statements that are asked most: PostgreSQL's own plan of each, over tables with rows in them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openStore } from '../../src/store/index.js';
import { openPool, type Pool } from '../../src/store/postgresql/connection.js';
import { postgresql } from '../../src/store/postgresql/dialect.js';
import type { Queries } from '../../src/store/queries.js';
import { createReader } from '../../src/store/reader.js';
import { createSignInRecords, type RunOnce } from '../../src/store/sign-in-records.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { type Question, questions, type Reader, readsByKey } from './questions.js';

/** Tenants of a few hundred profiles with their assignments and events: what the planner chooses among is worth a choice. */
const rows = [
  "INSERT INTO tenants SELECT 'full' || t, 'Tenant', 'active', 1 FROM generate_series(1, 29) t",
  "INSERT INTO tenants SELECT 'bare' || t, 'Tenant', 'active', 1 FROM generate_series(1, 3000) t",
  "INSERT INTO tenants VALUES ('tenant', 'Tenant', 'active', 1)",
  "INSERT INTO derived_credential_settings SELECT id, 'settings', 1, '2026-01-01T00:00:00.0000000Z', 'S', NULL, 'xTec', 'none', 20 FROM tenants",
  `INSERT INTO device_configurations (tenant_id, id, type, version, created_date_time, last_modified_date_time,
     display_name, derived_credential_settings_id, linked_keys, properties)
   SELECT id, 'profile' || p, 'iosVpnConfiguration', 1, '2026-01-01T00:00:00.' || to_char(p, 'FM0000000') || 'Z',
     '2026-01-01T00:00:00.0000000Z', 'Profile ' || p, CASE WHEN p % 2 = 0 THEN 'settings' END, '{}', '{}'
   FROM tenants, generate_series(1, 300) p WHERE id NOT LIKE 'bare%'`,
  `INSERT INTO device_configuration_links
   SELECT id, 'profile' || p, 'rootCertificatesForServerValidation', 'profile' || (p + 1)
   FROM tenants, generate_series(1, 200) p WHERE id NOT LIKE 'bare%'`,
  `INSERT INTO device_configuration_assignments
   SELECT tenant_id, id, a, id || '_' || a, 1, 'apply', 'direct', NULL, '{}'
   FROM device_configurations, generate_series(1, 3) a`,
  `INSERT INTO audit_events (tenant_id, id, position, activity_date_time, properties, hash)
   SELECT id, 'event' || e, e, '2026-01-01T00:00:00.0000000Z', '{}', ''
   FROM tenants, generate_series(1, 300) e WHERE id NOT LIKE 'bare%'`,
  'ANALYZE',
];

describe('the plan over PostgreSQL of', () => {
  let server: PostgresqlServer;
  let pool: Pool;
  before(async () => {
    server = await sharedPostgresql();
    const url = await newDatabase(server.url);
    await (await openStore({ path: url, mode: 'development', create: true })).close();
    pool = openPool(url);
    for (const statement of rows) await pool.run(statement);
  });
  after(async () => {
    await pool.close();
    await server.stop();
  });

  /** The plan of the one statement that the read takes. */
  async function planOf(read: (reader: Reader) => Promise<unknown>): Promise<string> {
    const plans: string[] = [];
    const explain: Queries['all'] = async (sql, parameters) => {
      const plan = await pool.all(`EXPLAIN (COSTS OFF) ${sql}`, parameters);
      plans.push(plan.map(([line]) => String(line)).join('\n'));
      return [];
    };
    const explaining: Queries = {
      all: explain,
      until: explain,
      get: async (sql, parameters) => {
        await explain(sql, parameters);
        return undefined;
      },
    };
    await read(createReader(explaining, postgresql));
    assert.equal(plans.length, 1, 'one statement');
    return plans[0] ?? '';
  }

  const cases: Readonly<Record<Question, readonly RegExp[]>> = {
    'a list': [/Index Scan using device_configurations_by_creation/],
    'the page behind a position': [
      /(?:using|on) device_configurations_by_creation/,
      /Index Cond: .*ROW\(created_date_time, id\) > /,
    ],
    'the latest first': [
      /Index Scan Backward using device_configurations_by_creation/,
      /Index Cond: .*created_date_time.* < /,
    ],
    'a name': [/(?:using|on) device_configurations_by_display_name/, /Index Cond: .*display_name = /],
    'the beginning of a name': [
      /(?:using|on) device_configurations_by_display_name/,
      /Index Cond: .*display_name >= .*display_name < /,
    ],
    'an order by name, behind a position': [
      /(?:using|on) device_configurations_by_display_name/,
      /Index Cond: .*display_name.* > /,
    ],
    'audit events': [/(?:using|on) audit_events_pkey/, /Index Cond: .*"?position"? > /],
    'the assignments of a profile': [
      /(?:using|on) device_configuration_assignments_pkey/,
      /Index Cond: .*device_configuration_id = /,
    ],
    'profiles with their assignments': [
      /Index Scan using device_configurations_by_creation/,
      /(?:using|on) device_configuration_assignments_pkey/,
      /Index Cond: .*device_configuration_id = /,
    ],
    'profiles by what they contain': [/(?:using|on) device_configuration_assignments_pkey/],
    'profiles by what they lead to': [
      /Index Scan using device_configurations_by_creation/,
      /(?:using|on) device_configuration_links_pkey/,
    ],
  };
  for (const [name, expected] of Object.entries(cases)) {
    it(`${name} uses an index, and looks through no table`, async () => {
      const plan = await planOf((reader) => reader.list('tenant', questions[name as Question]));
      for (const part of expected) assert.match(plan, part);
      assert.doesNotMatch(plan, /Seq Scan/);
    });
  }

  for (const name of ['a list', 'the page behind a position', 'the latest first', 'a name', 'audit events'] as const) {
    it(`${name} sorts nothing`, async () => {
      assert.doesNotMatch(await planOf((reader) => reader.list('tenant', questions[name])), /Sort/);
    });
  }

  it('an entity with what it leads to, and one that is led to, are found by their keys', async () => {
    for (const read of readsByKey) {
      const plan = await planOf(read);
      assert.match(plan, /(?:using|on) device_configurations_pkey/);
      assert.match(plan, /using derived_credential_settings_/);
      assert.doesNotMatch(plan, /Seq Scan/);
    }
  });

  it('the keys of a list are read from the index alone', async () => {
    const plan = await planOf((reader) => reader.listKeys('tenant', questions['a list']));
    assert.match(plan, /Index Only Scan using device_configurations_by_creation/);
  });

  it('a count is one statement too', async () => {
    assert.match(await planOf((reader) => reader.count('tenant', questions['a name'])), /by_display_name/);
  });

  it('the removal of what sign-ins left looks at what has ended alone', async () => {
    // Of a few rows PostgreSQL would rather look through all.
    const plan = await pool.lend(async (client) => {
      let lines: Awaited<ReturnType<Queries['all']>> = [];
      await client.run('BEGIN');
      await client.run('SET LOCAL enable_seqscan = off');
      const run: RunOnce = async ({ sql, parameters }) => {
        lines = await client.all(`EXPLAIN (COSTS OFF) ${sql}`, parameters);
        return true;
      };
      await createSignInRecords(client, run, postgresql).removeRecordsBefore(1000);
      await client.run('ROLLBACK');
      return lines.map(([line]) => String(line)).join('\n');
    });
    assert.match(plan, /(?:using|on) sign_in_records_by_end/);
    assert.match(plan, /Index Cond: .*expires < /);
  });
});
