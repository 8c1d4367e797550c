// The model lives in one place: a property or a type that is added there is known everywhere, with no other change.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { createServer, Server } from '../../src/index.js';
import { type Answer, call } from '../support.js';

const dist = join(import.meta.dirname, '../..');
const profiles = '/beta/deviceManagement/deviceConfigurations';

/** The one line that adds a property. */
const property = 'costCentre: string({ maxLength: 8 }),';

/** The one file that adds a type; the list of the model's types names it. */
const typeFile = `
import { boolean, entityType, enumeration, enumType, reference } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';

export const kioskMode = enumType('kioskMode', { off: 0, on: 1 });
export const iosKioskConfiguration = entityType('iosKioskConfiguration', {
  base: deviceConfiguration,
  properties: { isLocked: boolean({ nullable: false }), mode: enumeration(kioskMode) },
  navigationProperties: { derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings) },
});
`;

describe('a copy of the product in which only the model was edited', () => {
  let folder: string;
  let server: Server;
  before(async () => {
    // Inside dist, from where the copy finds the packages that it imports.
    folder = mkdtempSync(join(dist, 'edited-'));
    cpSync(join(dist, 'src'), folder, { recursive: true });
    edit('model/ios-vpn-configuration.js', 'userDomain: string(),', `userDomain: string(), ${property}`);
    writeFileSync(join(folder, 'model/ios-kiosk-configuration.js'), typeFile);
    edit('model/index.js', 'entityTypes: [', 'entityTypes: [iosKioskConfiguration, ');
    edit('model/index.js', 'import ', "import { iosKioskConfiguration } from './ios-kiosk-configuration.js';\nimport ");
    const edited: { createServer: typeof createServer } = await import(pathToFileURL(join(folder, 'index.js')).href);
    server = await edited.createServer();
  });
  after(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function edit(file: string, before: string, after: string): void {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    assert.ok(text.includes(before), `${file} has no '${before}'`);
    writeFileSync(path, text.replace(before, after));
  }

  const send = (method: string, path: string, body?: unknown): Promise<Answer> => call(server, method, path, { body });
  const expect = async (status: number, ...request: Parameters<typeof send>): Promise<Answer['json']> => {
    const answer = await send(...request);
    assert.equal(answer.status, status, `${request[0]} ${request[1]}: ${answer.text}`);
    return answer.json;
  };
  const found = async (path: string): Promise<string[]> =>
    (await expect(200, 'GET', path)).value.map(({ id }: { id: string }) => id);

  const vpn = {
    '@odata.type': '#microsoft.graph.iosVpnConfiguration',
    displayName: 'VPN',
    connectionName: 'VPN',
    server: { address: 'vpn.example.com' },
  };
  const kiosk = { '@odata.type': '#microsoft.graph.iosKioskConfiguration', displayName: 'Kiosk' };

  test('keeps the new property, answers it in its place, selects it and finds it by $filter', async () => {
    const created = await expect(201, 'POST', profiles, { ...vpn, costCentre: 'K5' });
    const names = Object.keys(created);
    assert.equal(names.indexOf('costCentre'), names.indexOf('userDomain') + 1);
    const cast = `${profiles}/microsoft.graph.iosVpnConfiguration`;
    const path = `${cast}/${created.id}`;
    assert.equal((await expect(200, 'PATCH', path, { costCentre: 'K7' })).costCentre, 'K7');
    const { costCentre, displayName } = await expect(200, 'GET', `${path}?$select=costCentre`);
    assert.deepEqual([costCentre, displayName], ['K7', undefined]);
    assert.deepEqual(await found(`${cast}?$filter=costCentre eq 'K7'`.replaceAll(' ', '%20')), [created.id]);
    assert.deepEqual(await found(`${cast}?$filter=costCentre eq 'K5'`.replaceAll(' ', '%20')), []);
  });

  test('checks the new property', async () => {
    for (const costCentre of ['longer than 8', 5, true, {}]) {
      const { error } = await expect(400, 'POST', profiles, { ...vpn, costCentre });
      assert.equal(error.target, 'costCentre');
    }
    const { error } = await expect(400, 'POST', profiles, { ...kiosk, costCentre: 'K5' });
    assert.equal(error.target, 'costCentre');
  });

  test('tells the new property in the audit', async () => {
    const { id } = await expect(201, 'POST', profiles, vpn);
    await expect(200, 'PATCH', `${profiles}/${id}`, { costCentre: 'K9' });
    const { value } = await expect(200, 'GET', '/beta/deviceManagement/auditEvents');
    const changes = JSON.stringify(value).includes('{"displayName":"costCentre","newValue":"K9","oldValue":null}');
    assert.ok(changes, JSON.stringify(value.at(-1)));
  });

  test('makes, lists, binds, updates and deletes profiles of the new type', async () => {
    const settings = (await expect(200, 'GET', '/beta/deviceManagement/derivedCredentials')).value[0];
    const bind = `/deviceManagement/derivedCredentials/${settings.id}`;
    const created = await expect(201, 'POST', profiles, { ...kiosk, 'derivedCredentialSettings@odata.bind': bind });
    assert.deepEqual([created.isLocked, created.mode], [false, null]);
    const cast = `${profiles}/microsoft.graph.iosKioskConfiguration`;
    const path = `${cast}/${created.id}`;
    assert.equal((await expect(200, 'PATCH', path, { mode: 'on' })).mode, 'on');
    assert.deepEqual(await found(cast), [created.id]);
    assert.deepEqual(await found(`${cast}?$filter=mode%20eq%20'on'%20and%20isLocked%20eq%20false`), [created.id]);
    assert.equal((await expect(200, 'GET', `${path}/derivedCredentialSettings`)).id, settings.id);
    assert.equal((await expect(400, 'PATCH', path, { mode: 'half' })).error.target, 'mode');
    await expect(204, 'DELETE', path);
    assert.deepEqual(await found(cast), []);
  });

  test('says the new property and the new type in $metadata', async () => {
    const { status, text } = await call(server, 'GET', '/beta/$metadata', { token: null });
    assert.equal(status, 200);
    assert.match(text, /<Property Name="costCentre" Type="Edm.String" MaxLength="8"/);
    assert.match(text, /<EntityType Name="iosKioskConfiguration" BaseType="graph.deviceConfiguration"/);
    assert.match(text, /<Property Name="mode" Type="graph.kioskMode"/);
    assert.match(text, /<EnumType Name="kioskMode"/);
    const json = JSON.parse((await call(server, 'GET', '/beta/$metadata?$format=json', { token: null })).text);
    assert.equal(json['microsoft.graph'].iosVpnConfiguration.costCentre.$MaxLength, 8);
    assert.equal(json['microsoft.graph'].kioskMode.on, 1);
  });

  test('says them in the OpenAPI document too, with the routes of the new type', async () => {
    const { paths, components } = await expect(200, 'GET', '/beta/openapi.json');
    const schema = (type: string): Answer['json'] => components.schemas[`microsoft.graph.${type}`];
    const own = (type: string): Answer['json'] => schema(type).allOf[1].properties;
    assert.deepEqual(own('iosVpnConfiguration').costCentre, { type: ['string', 'null'], maxLength: 8 });
    assert.deepEqual(own('iosKioskConfiguration').isLocked, { type: 'boolean', default: false });
    assert.deepEqual(schema('kioskMode').enum, ['off', 'on']);
    const cast = '/deviceManagement/deviceConfigurations/microsoft.graph.iosKioskConfiguration';
    assert.ok(paths[cast].get && paths[cast].post);
    const entity = '/deviceManagement/deviceConfigurations/{deviceConfigurations-id}';
    const link = paths[`${entity}/microsoft.graph.iosKioskConfiguration/derivedCredentialSettings`];
    assert.ok(link.get && link.patch);
  });
});
