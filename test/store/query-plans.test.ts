// Which indexes serve the statements that are asked most: SQLite's own plan of each.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ListQuery } from '../../src/plan/index.js';
import type { WriteStatement } from '../../src/store/apply-group.js';
import { type Connection, openConnection } from '../../src/store/connection.js';
import { openStore } from '../../src/store/index.js';
import { createReader } from '../../src/store/reader.js';
import { createSignInRecords } from '../../src/store/sign-in-records.js';
import { sqlite } from '../../src/store/sqlite/dialect.js';
import { type Question, questions, type Reader, readsByKey } from './questions.js';

describe('the plan of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
  let connection: Connection;
  before(async () => {
    const file = join(folder, 'plans.db');
    await (await openStore({ path: file, mode: 'development', create: true })).close();
    connection = openConnection(file);
  });
  after(() => {
    connection.close();
    rmSync(folder, { recursive: true });
  });

  /** The steps of the plan, and how many statements it took. */
  async function planOf(query: ListQuery, read: 'list' | 'count' = 'list'): Promise<string> {
    return planOfRead((reader) => reader[read]('tenant', query));
  }

  async function planOfRead(read: (reader: Reader) => Promise<unknown>): Promise<string> {
    const plans: string[] = [];
    const explaining: Connection = {
      ...connection,
      all: (sql, parameters) => {
        plans.push(explain(sql, parameters));
        return [];
      },
      until: (sql, parameters) => {
        plans.push(explain(sql, parameters));
        return [];
      },
      get: (sql, parameters) => {
        plans.push(explain(sql, parameters));
        return undefined;
      },
    };
    await read(createReader(explaining, sqlite));
    assert.equal(plans.length, 1, 'one statement');
    return plans[0] ?? '';
  }

  function explain(sql: string, parameters: Parameters<Connection['all']>[1] = []): string {
    return connection
      .all(`EXPLAIN QUERY PLAN ${sql}`, parameters)
      .map((row) => String(row.at(-1)))
      .join('\n');
  }

  const cases: readonly (readonly [Question, RegExp])[] = [
    ['a list', /USING INDEX device_configurations_by_creation \(tenant_id=\?\)/],
    [
      'the page behind a position',
      /USING INDEX device_configurations_by_creation \(tenant_id=\? AND created_date_time>\?\)|\(tenant_id=\? AND \(created_date_time,id\)>\(\?,\?\)\)/,
    ],
    ['the latest first', /USING INDEX device_configurations_by_creation \(tenant_id=\? AND .*created_date_time.*</],
    ['a name', /USING INDEX device_configurations_by_display_name \(tenant_id=\? AND display_name=\?\)/],
    [
      'the beginning of a name',
      /USING INDEX device_configurations_by_display_name \(tenant_id=\? AND display_name>\? AND display_name<\?\)/,
    ],
    [
      'an order by name, behind a position',
      /USING INDEX device_configurations_by_display_name \(tenant_id=\? AND .*display_name.*>/,
    ],
    ['audit events', /\(tenant_id=\? AND position>\?\)/],
    ['the assignments of a profile', /USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/],
  ];
  for (const [name, expected] of cases) {
    it(`${name} uses an index, and sorts nothing`, async () => {
      const plan = await planOf(questions[name]);
      assert.match(plan, expected);
      assert.doesNotMatch(plan, /TEMP B-TREE|SCAN/);
    });
  }

  it('profiles with their assignments looks each up by its profile', async () => {
    const plan = await planOf(questions['profiles with their assignments']);
    assert.match(plan, /device_configurations_by_creation/);
    assert.match(plan, /USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/);
    assert.doesNotMatch(plan, /SCAN x/);
  });

  it('a filter on what a profile contains looks it up by the profile', async () => {
    const plan = await planOf(questions['profiles by what they contain']);
    assert.match(plan, /device_configurations_by_creation/);
    assert.match(plan, /USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/);
  });

  it('a filter on what a profile leads to looks it up by its key', async () => {
    const plan = await planOf(questions['profiles by what they lead to']);
    assert.match(plan, /device_configuration_links.*\(tenant_id=\? AND source_id=\? AND property=\?/);
    assert.doesNotMatch(plan, /SCAN/);
  });

  it('an entity with what it leads to, and one that is led to, are found by their keys', async () => {
    for (const read of readsByKey) {
      const plan = await planOfRead(read);
      assert.equal(plan.match(/\(tenant_id=\? AND id=\?\)/g)?.length, 2, plan);
      assert.doesNotMatch(plan, /SCAN/);
    }
  });

  it('the keys of a list are read from the index alone', async () => {
    const plan = await planOfRead((reader) => reader.listKeys('tenant', questions['a list']));
    assert.match(plan, /USING COVERING INDEX device_configurations_by_creation/);
  });

  it('a count is one statement too', async () => {
    assert.match(await planOf(questions['a name'], 'count'), /by_display_name/);
  });

  it('the removal of what sign-ins left goes by tenants, and looks at what has ended alone', async () => {
    let plan = '';
    const run = async ({ sql, parameters }: Pick<WriteStatement, 'sql' | 'parameters'>): Promise<boolean> => {
      plan = explain(sql, parameters);
      return true;
    };
    await createSignInRecords(connection, run, sqlite).removeRecordsBefore(1000);
    assert.match(plan, /sign_in_records_by_end \(tenant_id=\? AND expires<\?\)/);
    assert.doesNotMatch(plan, /SCAN sign_in_records/);
  });
});
