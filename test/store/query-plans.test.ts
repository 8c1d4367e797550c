// Which indexes serve the statements that are asked most: SQLite's own plan of each.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { NavigationProperty } from '../../src/edm/index.js';
import {
  assignments,
  auditEvents,
  derivedCredentials,
  deviceConfiguration,
  deviceConfigurations,
  iosVpnConfiguration,
  model,
} from '../../src/model/index.js';
import { parseFilter } from '../../src/odata/filter.js';
import { everything, type ListQuery } from '../../src/plan/index.js';
import { type Connection, openConnection } from '../../src/store/connection.js';
import { openStore } from '../../src/store/index.js';
import { createReader } from '../../src/store/reader.js';
import { sqlite } from '../../src/store/sqlite/dialect.js';
import { limits } from '../odata/requests.js';
import { eq, path } from './entities.js';

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

  async function planOfRead(read: (reader: ReturnType<typeof createReader>) => Promise<unknown>): Promise<string> {
    const plans: string[] = [];
    const explaining: Connection = {
      ...connection,
      all: (sql, parameters) => {
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

  const list = everything(deviceConfigurations);
  const position = ['2026-01-31T12:00:00.0000000Z', 'id'];
  const key = (name: string, descending = false) => ({ expression: path(name, deviceConfiguration), descending });

  const cases: readonly (readonly [string, ListQuery, RegExp])[] = [
    ['a list', { ...list, pageSize: 10 }, /USING INDEX device_configurations_by_creation \(tenant_id=\?\)/],
    [
      'the page behind a position',
      { ...list, pageSize: 10, after: position },
      /USING INDEX device_configurations_by_creation \(tenant_id=\? AND created_date_time>\?\)|\(tenant_id=\? AND \(created_date_time,id\)>\(\?,\?\)\)/,
    ],
    [
      'the latest first',
      { ...list, pageSize: 10, orderBy: [key('createdDateTime', true)], after: position },
      /USING INDEX device_configurations_by_creation \(tenant_id=\? AND .*created_date_time.*</,
    ],
    [
      'a name',
      { ...list, filter: eq('displayName', 'a') },
      /USING INDEX device_configurations_by_display_name \(tenant_id=\? AND display_name=\?\)/,
    ],
    [
      'an order by name, behind a position',
      { ...list, pageSize: 10, orderBy: [key('displayName')], after: ['a', ...position] },
      /USING INDEX device_configurations_by_display_name \(tenant_id=\? AND .*display_name.*>/,
    ],
    ['audit events', { ...everything(auditEvents), pageSize: 10, after: [7] }, /\(tenant_id=\? AND position>\?\)/],
    [
      'the assignments of a profile',
      {
        ...everything(assignments),
        within: {
          set: deviceConfigurations,
          key: 'profile',
          property: deviceConfiguration.navigationProperties.get('assignments') as NavigationProperty,
        },
      },
      /USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/,
    ],
  ];
  for (const [name, query, expected] of cases) {
    it(`${name} uses an index, and sorts nothing`, async () => {
      const plan = await planOf(query);
      assert.match(plan, expected);
      assert.doesNotMatch(plan, /TEMP B-TREE|SCAN/);
    });
  }

  it('profiles with their assignments looks each up by its profile', async () => {
    const property = deviceConfiguration.navigationProperties.get('assignments') as NavigationProperty;
    const expansion = {
      property,
      on: deviceConfiguration,
      set: assignments,
      type: assignments.type,
      references: false,
      countOnly: false,
      query: { ...everything(assignments), count: true },
    };
    const plan = await planOf({ ...list, pageSize: 10, expand: [expansion] });
    assert.match(plan, /device_configurations_by_creation/);
    assert.match(plan, /USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/);
    assert.doesNotMatch(plan, /SCAN x/);
  });

  const everythingOf = (query: Partial<ListQuery>) => ({ ...list, ...query });
  const any = (text: string) =>
    everythingOf({ filter: parseFilter(text, deviceConfiguration, model, { limits }), pageSize: 10 });

  it('a filter on what a profile contains looks it up by the profile', async () => {
    const plan = await planOf(any("assignments/any(a:a/intent eq 'apply')"));
    assert.match(plan, /device_configurations_by_creation/);
    assert.match(plan, /USING PRIMARY KEY \(tenant_id=\? AND device_configuration_id=\?\)/);
  });

  it('a filter on what a profile leads to looks it up by its key', async () => {
    const roots = 'microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation';
    const plan = await planOf(any(`derivedCredentialSettings/issuer eq 'xTec' or ${roots}/any(r:r/version gt 1)`));
    assert.match(plan, /device_configuration_links.*\(tenant_id=\? AND source_id=\? AND property=\?/);
    assert.doesNotMatch(plan, /SCAN/);
  });

  it('an entity with what it leads to, and one that is led to, are found by their keys', async () => {
    const { navigationProperties } = iosVpnConfiguration;
    const property = navigationProperties.get('derivedCredentialSettings') as NavigationProperty;
    const expansion = {
      property,
      on: iosVpnConfiguration,
      set: derivedCredentials,
      type: derivedCredentials.type,
      references: false,
      countOnly: false,
      query: everything(derivedCredentials),
    };
    const one = await planOfRead((reader) =>
      reader.read('tenant', deviceConfigurations, 'id', { expand: [expansion] }),
    );
    const related = { set: deviceConfigurations, key: 'id', property, target: derivedCredentials };
    const other = await planOfRead((reader) => reader.readRelated('tenant', related, { expand: [] }));
    for (const plan of [one, other]) {
      assert.equal(plan.match(/\(tenant_id=\? AND id=\?\)/g)?.length, 2, plan);
      assert.doesNotMatch(plan, /SCAN/);
    }
  });

  it('a count is one statement too', async () => {
    assert.match(await planOf({ ...list, filter: eq('displayName', 'a') }, 'count'), /by_display_name/);
  });
});
