// `offshoot check`: what a store has to be, one invariant after the other, and each named where it is broken.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { judgeEntity } from '../../src/service/index.js';
import { openConnection } from '../../src/store/connection.js';
import { checkStore, storePath, type Violation } from '../../src/store/index.js';
import { openSession } from '../http/session.js';
import { newDatabase, startPostgresql } from '../postgresql.js';
import { offshoot } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-check-'));
after(() => rmSync(folder, { recursive: true }));
const data = join(folder, 'data');
const noRow = '01234567-89ab-cdef-0123-456789abcdef';

let tenant: string;
let settings: string;
const ids: Record<string, string> = {};

/** A store in which everything has happened. */
before(async () => {
  const session = await openSession({ data });
  tenant = session.development.tenantId;
  settings = session.development.settingsId ?? '';
  const create = async (name: string, type: string, rest: object): Promise<string> => {
    const body = { '@odata.type': `#microsoft.graph.${type}`, displayName: name, ...rest };
    const { id } = await session.expect(201, 'POST', 'deviceConfigurations', body);
    ids[name] = id;
    return id;
  };
  const bind = (id: string): string => `${session.root}/deviceConfigurations('${id}')`;
  const root = await create('root', 'iosTrustedRootCertificate', {
    certFileName: 'root.cer',
    trustedRootCertificate: 'AAAA',
  });
  const wifi = await create('wifi', 'iosEnterpriseWiFiConfiguration', {
    networkName: 'a',
    ssid: 'a',
    eapType: 'eapTls',
    authenticationMethod: 'derivedCredential',
    'rootCertificatesForServerValidation@odata.bind': [bind(root)],
  });
  await session.expect(200, 'PATCH', `deviceConfigurations/${wifi}`, { description: 'changed \u{1f511}' });
  const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: noRow };
  await session.expect(200, 'POST', `deviceConfigurations/${wifi}/assign`, { assignments: [{ target }] });
  const gone = await create('gone', 'iosTrustedRootCertificate', {
    certFileName: 'gone.cer',
    trustedRootCertificate: 'AAAA',
  });
  await session.expect(204, 'DELETE', `deviceConfigurations/${gone}`);
  await session.expect(200, 'PATCH', `derivedCredentials/${settings}`, { displayName: 'changed', helpUrl: null });
  await session.close();
});

let count = 0;
/** A copy of the store, changed behind the program's back. */
function tampered(sql: string): string {
  const copy = join(folder, `${++count}`);
  mkdirSync(copy);
  copyFileSync(storePath({ data: data }), storePath({ data: copy }));
  const connection = openConnection(storePath({ data: copy }));
  connection.execute('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;');
  connection.execute(sql);
  connection.close();
  return copy;
}

async function violationsIn(path: string): Promise<Violation[]> {
  const found: Violation[] = [];
  await checkStore(path, judgeEntity, (violation) => found.push(violation));
  return found;
}

/** The violations that the change makes, by table, key below the tenant, and text; those of the audit only on demand. */
async function found(sql: string, ...tables: string[]): Promise<string[]> {
  const violations = await violationsIn(storePath({ data: tampered(sql) }));
  return violations
    .filter(({ table }) => tables.length === 0 || tables.includes(table))
    .map(({ table, key, text }) => `${table} ${key.replace(`${tenant}/`, '')}: ${text}`);
}

describe('offshoot check', () => {
  test('finds nothing in a store that the server alone has written, and says so with exit code 0', async () => {
    const { code, stdout, stderr } = await offshoot('check', '--data', data);
    assert.deepEqual([code, stdout, stderr], [0, 'The store is as it should be.\n', '']);
    assert.deepEqual((await offshoot('check', '--json', '--data', data)).stdout, '');
  });

  test('names each violation with its table and key, with exit code 1', async () => {
    const copy = tampered('UPDATE derived_credential_settings SET renewal_threshold_percentage = 0');
    const { code, stdout } = await offshoot('check', '--data', copy);
    assert.equal(code, 1);
    const text = 'renewalThresholdPercentage';
    assert.match(stdout, new RegExp(`^derived_credential_settings ${tenant}/${settings}: .*${text}.*\n$`));
    const json = await offshoot('check', '--json', '--data', copy);
    assert.equal(json.code, 1);
    const { table, key } = JSON.parse(json.stdout);
    assert.deepEqual([table, key], ['derived_credential_settings', `${tenant}/${settings}`]);
  });

  test('refuses, with exit code 1, where there is no store', async () => {
    const { code, stderr } = await offshoot('check', '--data', join(folder, 'none'));
    assert.equal(code, 1);
    assert.match(stderr, /There is no Offshoot store/);
  });

  test('a reference leads to a row of its tenant, of the right type', async () => {
    const table = 'device_configurations';
    const wifi = `${table} ${ids.wifi}`;
    assert.deepEqual(
      await found(`UPDATE ${table} SET derived_credential_settings_id = '${noRow}' WHERE id = '${ids.wifi}'`),
      [
        "database : 1 rows refer from 'device_configurations' to 'derived_credential_settings' and find nothing",
        `${wifi}: its 'derivedCredentialSettings' leads to ${noRow}, which is no deviceManagementDerivedCredentialSettings of its tenant`,
      ],
    );
    assert.deepEqual(
      await found(
        `UPDATE ${table} SET identity_certificate_for_client_authentication_id = '${ids.root}' WHERE id = '${ids.wifi}'`,
      ),
      [
        `${wifi}: its 'identityCertificateForClientAuthentication' leads to ${ids.root}, which is no iosCertificateProfileBase of its tenant`,
      ],
    );
    assert.deepEqual(await found(`UPDATE device_configuration_assignments SET device_configuration_id = '${noRow}'`), [
      "database : 1 rows refer from 'device_configuration_assignments' to 'device_configurations' and find nothing",
      `device_configuration_assignments ${noRow}/1: its profile does not exist`,
    ]);
    const orphans = await found('DELETE FROM tenants', 'device_configurations');
    assert.equal(orphans.filter((line) => line.endsWith(': its tenant does not exist')).length, 6);
  });

  test('the links of a collection are the same in the profile and in their table', async () => {
    const property = 'rootCertificatesForServerValidation';
    assert.deepEqual(await found('DELETE FROM device_configuration_links'), [
      `device_configurations ${ids.wifi}: its '${property}' leads to ${ids.root}, of which there is no link`,
    ]);
    assert.deepEqual(await found(`UPDATE device_configurations SET linked_keys = '{}'`), [
      `device_configuration_links ${ids.wifi}/${property}/${ids.root}: the profile does not have it`,
    ]);
    assert.deepEqual(await found(`UPDATE device_configuration_links SET property = 'other'`), [
      `device_configurations ${ids.wifi}: its '${property}' leads to ${ids.root}, of which there is no link`,
      `device_configuration_links ${ids.wifi}/other/${ids.root}: the profile has no such collection`,
    ]);
    const wrong = `{"${property}":"${ids.root}"}`;
    assert.deepEqual(
      await found(`UPDATE device_configurations SET linked_keys = '${wrong}' WHERE id = '${ids.wifi}'`),
      [`device_configurations ${ids.wifi}: its linked keys of '${property}' are not a list of keys`],
    );
  });

  test('a tenant has one settings object at a time (rule 1)', async () => {
    const table = 'derived_credential_settings';
    const sql = `CREATE TABLE copy AS SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE copy RENAME TO ${table};
      CREATE UNIQUE INDEX by_key ON ${table} (tenant_id, id);
      INSERT INTO ${table} SELECT tenant_id, '${noRow}', version, created_date_time, display_name, help_url, issuer, notification_type, renewal_threshold_percentage FROM ${table}`;
    assert.deepEqual((await found(sql, table)).slice(0, 2), [
      `${table} ${noRow}: it is one of 2 of its tenant`,
      `${table} ${settings}: it is one of 2 of its tenant`,
    ]);
  });

  test('what is kept is what the model and the rules allow', async () => {
    const one = (sql: string, table = 'device_configurations') =>
      found(`UPDATE ${table} SET ${sql} WHERE id IN ('${ids.wifi}', '${settings}')`, table);
    const wifi = `device_configurations ${ids.wifi}`;
    assert.deepEqual(await one("properties = '{'"), [`${wifi}: its document is not a JSON object`]);
    assert.deepEqual(await one("type = 'nothing'"), [`${wifi}: the model has no type 'nothing' here`]);
    assert.deepEqual(await one("properties = json_set(properties, '$.other', 1)"), [
      `${wifi}: its document has 'other', which 'iosEnterpriseWiFiConfiguration' keeps nowhere`,
    ]);
    assert.match((await one("properties = json_set(properties, '$.eapType', 'none')")).join(), /'none'/);
    assert.match((await one("properties = json_set(properties, '$.eapType', 'eapFast')")).join(), /eapFast/, 'rule 5');
    assert.match((await one("created_date_time = 'today'")).join(), /createdDateTime/);
    assert.deepEqual(await one("created_date_time = '2026-01-31T12:00:00Z'"), [
      `${wifi}: its 'createdDateTime' is not as the server writes it`,
    ]);
    assert.match((await one("help_url = 'ftp://a'", 'derived_credential_settings')).join(), /helpUrl/, 'rule 8');
    assert.match(
      (await one("notification_type = 'none,email'", 'derived_credential_settings')).join(),
      /none/,
      'rule 6',
    );
  });

  test('versions count from 1, and audit events tell of as many changes', async () => {
    const wifi = `device_configurations ${ids.wifi}`;
    const at = (version: number) =>
      found(`UPDATE device_configurations SET version = ${version} WHERE id = '${ids.wifi}'`);
    assert.deepEqual(await at(3), [`${wifi}: its version is 3, and 1 audit events tell of changes`]);
    assert.equal((await at(0))[0], `${wifi}: its version is 0`);
    assert.deepEqual(await found('UPDATE tenants SET version = 2'), [
      `tenants ${tenant}: its version is 2, and 0 audit events tell of changes`,
    ]);
    assert.deepEqual(
      await found(
        `DELETE FROM device_configuration_assignments; DELETE FROM device_configuration_links; DELETE FROM device_configurations WHERE id = '${ids.wifi}'`,
      ),
      [`audit_events 10: it tells of ${ids.wifi}, which does not exist, and no event tells of its delete`],
    );
    const copied = `INSERT INTO device_configurations SELECT tenant_id, '${noRow}' AS id, type, version, created_date_time, last_modified_date_time, display_name, description, derived_credential_settings_id, identity_certificate_id, identity_certificate_for_client_authentication_id, root_certificate_id, root_certificate_for_server_validation_id, smime_encryption_certificate_id, smime_signing_certificate_id, linked_keys, properties FROM device_configurations WHERE id = '${ids.root}'`;
    assert.deepEqual(await found(copied), [`device_configurations ${noRow}: 0 audit events tell of its creation`]);
    assert.deepEqual(await found(copied.replace(`'${noRow}' AS id`, `'${ids.gone}' AS id`)), [
      `device_configurations ${ids.gone}: an audit event tells of its delete, yet it exists`,
    ]);
  });

  test('the directory is of tenants that exist, each row whole, and users are found by their names', async () => {
    const row = (properties: object): string => `'${tenant}', '${noRow}', 1, '${JSON.stringify(properties)}'`;
    const lists = { roles: [], scopes: [], redirectUris: [], secrets: [], certificates: [] };
    const whole = { displayName: 'a', enabled: true, ...lists };
    const insert = (values: string): string =>
      `INSERT INTO applications (tenant_id, id, version, properties) VALUES (${values})`;
    assert.deepEqual(await found(insert(row(whole)), 'applications'), [
      `applications ${noRow}: 0 audit events tell of its creation`,
    ]);
    assert.deepEqual((await found(insert(row({ ...whole, secrets: 'a', more: 1 })), 'applications')).slice(0, 2), [
      `applications ${noRow}: its 'secrets' is not a list`,
      `applications ${noRow}: its document has 'more', which is kept nowhere`,
    ]);
    assert.deepEqual((await found(insert(row([])), 'applications')).slice(0, 1), [
      `applications ${noRow}: its document is not a JSON object`,
    ]);
    const elsewhere = insert(row(whole).replace(tenant, noRow));
    assert.deepEqual((await found(elsewhere, 'applications')).slice(0, 1), [
      `applications ${noRow}/${noRow}: its tenant does not exist`,
    ]);
    const ada = { userPrincipalName: 'Ada@example.org', displayName: 'Ada', enabled: true, passwordHash: null };
    const person = row({ ...ada, scopes: [], consents: [] });
    const insertUser = `INSERT INTO users (tenant_id, id, version, properties, name_key) VALUES (${person}, 'other')`;
    assert.deepEqual((await found(insertUser, 'users')).slice(0, 1), [
      `users ${noRow}: it is found by 'other' and called 'Ada@example.org'`,
    ]);
  });

  test('the chain of audit events is whole', async () => {
    const events = await found(
      "UPDATE audit_events SET properties = json_set(properties, '$.activityResult', 'Failure') WHERE position = 3",
    );
    assert.equal(events.length, 1);
    assert.match(events[0] ?? '', /^audit_events 3: the event [\da-f-]{36} at position 3 was changed$/);
    assert.ok(
      (await found('DELETE FROM audit_events WHERE position = 4')).includes(
        'audit_events 4: the event at position 4 was removed',
      ),
    );
  });

  test("a migration is the program's own, and a store of another version is refused", async () => {
    assert.deepEqual(await found("UPDATE migrations SET checksum = 'a'"), [
      'migrations 1: it is not the migration that this version knows',
    ]);
    const newer = tampered("INSERT INTO migrations VALUES (99, 'a', 'b')");
    await assert.rejects(violationsIn(storePath({ data: newer })), /is of another version/);
  });

  test('a damaged file is named, whatever of it can still be read', async () => {
    const copy = tampered('SELECT 1');
    const bytes = readFileSync(storePath({ data: copy }));
    bytes.fill(0xa5, 4096 * 4, 4096 * 12);
    writeFileSync(storePath({ data: copy }), bytes);
    const violations = await violationsIn(storePath({ data: copy }));
    assert.ok(violations.some(({ table }) => table === 'database'));
  });

  test('is the same over PostgreSQL', async (t) => {
    const server = await startPostgresql();
    t.after(() => server.stop());
    const database = await newDatabase(server.url);
    const file = join(folder, 'store.backup');
    assert.equal((await offshoot('backup', file, '--data', data)).code, 0);
    assert.equal((await offshoot('restore', file, '--database', database)).code, 0);
    assert.deepEqual(await violationsIn(database), []);
    const client = new pg.Client(database);
    await client.connect();
    await client.query('DELETE FROM device_configuration_links');
    await client.query("UPDATE audit_events SET display_name = 'other' WHERE position = 2");
    await client.end();
    const violations = await violationsIn(database);
    assert.deepEqual(
      violations.map(({ table }) => table),
      ['device_configurations', 'audit_events'],
    );
    assert.equal((await offshoot('check', '--database', database)).code, 1);
  });
});
