// IntuneManagement, call by call: its URLs, headers and bodies, as its scripts send them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createServer, type Development, type Server } from '../../src/index.js';
import { type Answer, call } from '../support.js';

type Json = Answer['json'];

const list =
  '/beta/deviceManagement/deviceConfigurations?$filter=not%20isof(%27microsoft.graph.windowsUpdateForBusinessConfiguration%27)%20and%20not%20isof(%27microsoft.graph.iosUpdateConfiguration%27)';
const configurations = '/beta/deviceManagement/deviceConfigurations';
const group = 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11';

describe('IntuneManagement', () => {
  let server: Server;
  let development: Development;
  let ca: string;
  let token: string;
  before(async () => {
    server = await createServer();
    assert.ok(server.development);
    development = server.development;
    ca = await readFile(development.caFile, 'utf8');
    token = await development.token();
  });
  after(() => server.close());

  interface Options {
    readonly body?: unknown;
    readonly metadata?: 'full' | 'minimal' | 'none';
  }

  /** `Invoke-GraphRequest`: every call has these headers; those that read ask for full metadata unless told otherwise. */
  function invoke(method: string, path: string, { body, metadata = 'full' }: Options = {}): Promise<Answer> {
    return call(server, method, path.startsWith('/') ? `${server.url}${path}` : path, {
      ca,
      token,
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        expireson: '11/24/2026 3:00:00 AM +00:00',
        'x-ms-client-request-id': '0c8e7d5b-3c65-4c43-a70e-6b1f6b8b2b3e',
        ...(method === 'GET' && { accept: `application/json;odata.metadata=${metadata}` }),
      },
    });
  }
  const get = async (path: string, metadata?: Options['metadata']): Promise<Json> => {
    const answer = await invoke('GET', path, metadata ? { metadata } : {});
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json;
  };
  const send = async (status: number, method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await invoke(method, path, { body });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  };

  /** `Get-GraphObjects`: the whole list, page by page. */
  async function listed(more = ''): Promise<Json[]> {
    const found: Json[] = [];
    for (let url: string | undefined = `${list}${more}`; url !== undefined; ) {
      const page: Json = await get(url);
      found.push(...page.value);
      url = page['@odata.nextLink'];
    }
    return found;
  }

  /** `Get-GraphMetaData`: each entity type's navigation properties that contain nothing, with those of its bases. */
  async function references(type: string): Promise<string[]> {
    const { status, text } = await call(server, 'GET', `${server.url}/beta/$metadata`, { ca, token: null });
    assert.equal(status, 200);
    const types = new Map<string, { base: string | undefined; body: string }>();
    for (const [, name = '', attributes = '', body = ''] of text.matchAll(
      /<EntityType Name="(\w+)"([^>]*?)(?:\/>|>([\s\S]*?)<\/EntityType>)/g,
    )) {
      types.set(name, { base: /BaseType="graph\.(\w+)"/.exec(attributes)?.[1], body });
    }
    const found: string[] = [];
    for (let name: string | undefined = type; name !== undefined; name = types.get(name)?.base) {
      for (const [, property = '', rest = ''] of (types.get(name)?.body ?? '').matchAll(
        /<NavigationProperty Name="(\w+)"([^>]*)/g,
      )) {
        if (!rest.includes('ContainsTarget="true"')) found.push(property);
      }
    }
    return found;
  }

  /** `Add-GraphNavigationProperties`: what the object refers to, by name, as it is kept in the exported file. */
  async function withReferences(object: Json): Promise<Json> {
    const type = String(object['@odata.type']).replace('#microsoft.graph.', '');
    const exported = { ...object };
    for (const property of await references(type)) {
      const link = object[`${property}@odata.navigationLink`];
      if (link === undefined) continue;
      const { status, json } = await invoke('GET', link, { metadata: 'minimal' });
      if (status !== 200) continue;
      const suffix = json['@odata.type'] === undefined ? '' : `|:|${json['@odata.type']}`;
      exported[`#CustomRef_${property}`] = `${json.displayName}${suffix}`;
    }
    return exported;
  }

  /** `Start-GraphPreImport`: the exported file without what the service makes itself. */
  function importable(exported: Json): Json {
    const dropped = ['id', 'createdDateTime', 'lastModifiedDateTime', 'modifiedDateTime', 'supportsScopeTags'];
    return Object.fromEntries(
      Object.entries(exported).filter(
        ([name]) =>
          !dropped.includes(name) &&
          !['@odata.context', '@odata.id', 'privacyAccessControls', 'assignments'].includes(name) &&
          !/@odata\..*Link$/.test(name) &&
          (name === '@odata.type' || !name.endsWith('@odata.type')),
      ),
    );
  }

  async function create(body: object): Promise<Json> {
    return send(201, 'POST', configurations, body);
  }

  test('signs in: who and where it is, in whatever case it writes the path', async () => {
    const me = await get('/beta/ME');
    assert.equal(typeof me.displayName, 'string');
    assert.equal(typeof me.userPrincipalName, 'string');
    const photo = await invoke('GET', '/beta/me/photos/48x48/$value');
    assert.equal(photo.status, 400, 'there are no photos, which the tool bears');
    const { value } = await get('/beta/Organization');
    assert.equal(value[0].id, development.tenantId);
    assert.equal(typeof value[0].displayName, 'string');
  });

  test('lists the profiles but those of types that are managed elsewhere', async () => {
    const ids = (await listed()).map(({ id }) => id);
    for (const id of Object.values(development.profiles)) assert.ok(ids.includes(id));
    for (const one of await listed('&$expand=assignments')) assert.deepEqual(one.assignments, []);
    const inPages = await listed('&$top=1');
    assert.deepEqual(
      inPages.map(({ id }) => id),
      ids,
      'links are followed until there are none',
    );
  });

  test('knows profiles by id and name alone, to put other ids in place of those of a file', async () => {
    const { value } = await get(`${configurations}?$select=Id,displayName&${list.split('?')[1]}`, 'none');
    for (const one of value) assert.deepEqual(Object.keys(one), ['id', 'displayName']);
    assert.equal(value.length, Object.keys(development.profiles).length);
  });

  test('asks for the plain text of a secret setting of types that there are not, and is refused by name', async () => {
    const path = `${configurations}/${development.profiles.iosVpnConfiguration}/getOmaSettingPlainTextValue`;
    const { status, json } = await invoke('GET', `${path}(secretReferenceValueId='x')`);
    assert.equal(status, 400);
    assert.match(json.error.message, /getOmaSettingPlainTextValue/);
  });

  test('exports one profile with its assignments, since the list told that it can have some', async () => {
    const id = development.profiles.iosVpnConfiguration;
    const entry = (await listed()).find((one) => one.id === id);
    const link = entry['assignments@odata.navigationLink'];
    assert.equal(typeof link, 'string', 'the tool asks for assignments only then');
    await send(200, 'POST', `${configurations}/${id}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: group } }],
    });
    const exported = await get(`${configurations}/${id}?$expand=assignments`);
    assert.equal(exported['@odata.type'], '#microsoft.graph.iosVpnConfiguration');
    assert.equal(exported.assignments.length, 1);
    assert.equal(exported.assignments[0].target.groupId, group);
    assert.equal(exported['roleScopeTagIds@odata.type'], '#Collection(String)');
    assert.ok(exported['#microsoft.graph.assign'].target.endsWith('assign'));
    assert.equal((await invoke('GET', `/beta/groups/${group}`, { metadata: 'none' })).status, 400, 'refused by name');
    await send(200, 'POST', `${configurations}/${id}/assign`, { assignments: [] });
  });

  test('exports many profiles by a batch with whole numbers as ids', async () => {
    const ids = Object.values(development.profiles);
    const requests = ids.map((id, index) => ({
      id: index + 1,
      method: 'GET',
      headers: { Accept: 'application/json;odata.metadata=Full' },
      url: `/deviceManagement/deviceConfigurations/${id}?$expand=assignments`,
    }));
    const { responses } = await send(200, 'POST', '/beta/$batch', { requests });
    assert.equal(responses.length, ids.length);
    for (const { id, status, body } of responses) {
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(body.id, ids[Number(id) - 1]);
      assert.deepEqual(body.assignments, []);
      assert.equal(typeof body['derivedCredentialSettings@odata.navigationLink'], 'string');
    }
  });

  test('finds what a profile refers to by $metadata and the links of full metadata', async () => {
    const exported = await withReferences(await get(`${configurations}/${development.profiles.iosVpnConfiguration}`));
    assert.equal(
      exported['#CustomRef_derivedCredentialSettings'],
      'Derived credentials|:|#microsoft.graph.deviceManagementDerivedCredentialSettings',
    );
    assert.equal(
      exported['#CustomRef_identityCertificate'],
      undefined,
      'it leads nowhere, which is a 404 that is passed over',
    );
  });

  test('imports a profile from the exported file and assigns it', async () => {
    const tags = await get('/beta/deviceManagement/roleScopeTags?$filter=isBuiltIn%20eq%20false');
    assert.deepEqual(tags.value, []);
    assert.deepEqual((await get('/beta/deviceManagement/assignmentFilters')).value, []);

    const source = development.profiles.iosEnterpriseWiFiConfiguration;
    const body = importable(await withReferences(await get(`${configurations}/${source}?$expand=assignments`)));
    assert.ok(Object.hasOwn(body, '#CustomRef_derivedCredentialSettings'), 'the tool leaves it in the body');
    assert.ok(Object.hasOwn(body, 'version'));
    const imported = await create({ ...body, displayName: 'Wi-Fi, imported' });
    assert.notEqual(imported.id, source);
    assert.equal(imported.version, 1);
    const assigned = await send(200, 'POST', `${configurations}/${imported.id}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }],
    });
    assert.equal(assigned.value.length, 1);
    const settings = await get(`${configurations}/${imported.id}/derivedCredentialSettings`);
    assert.equal(settings.id, development.settingsId, 'a profile that uses the credential is bound by itself');
    await send(204, 'DELETE', `${configurations}/${imported.id}`);
  });

  test('imports a profile whose file binds its certificates', async () => {
    const root = await create({
      '@odata.type': '#microsoft.graph.iosTrustedRootCertificate',
      displayName: 'Root',
      trustedRootCertificate: 'AQID',
      certFileName: 'root.cer',
    });
    const certificate = await create({
      '@odata.type': '#microsoft.graph.iosScepCertificateProfile',
      displayName: 'SCEP',
      scepServerUrls: ['https://scep.example.com'],
      subjectNameFormatString: 'CN={{UserName}}',
    });
    const graph = 'https://graph.microsoft.com/beta/deviceManagement';
    const imported = await create({
      ...importable(await get(`${configurations}/${development.profiles.iosEnterpriseWiFiConfiguration}`)),
      displayName: 'Wi-Fi, bound',
      'derivedCredentialSettings@odata.bind': `${graph}/derivedCredentials('${development.settingsId}')`,
      'identityCertificateForClientAuthentication@odata.bind': `${graph}/deviceConfigurations('${certificate.id}')`,
      'rootCertificatesForServerValidation@odata.bind': [`${graph}/deviceConfigurations('${root.id}')`],
    });
    const path = `${configurations}/${imported.id}`;
    assert.equal((await get(`${path}/derivedCredentialSettings`)).id, development.settingsId);
    assert.equal((await get(`${path}/identityCertificateForClientAuthentication`)).id, certificate.id);
    assert.deepEqual(
      (await get(`${path}/rootCertificatesForServerValidation`)).value.map(({ id }: { id: string }) => id),
      [root.id],
    );
    const exported = await withReferences(await get(path));
    assert.match(exported['#CustomRef_identityCertificateForClientAuthentication'], /^SCEP\|:\|#microsoft\.graph\./);
    for (const { id } of [imported, certificate, root]) await send(204, 'DELETE', `${configurations}/${id}`);
  });

  test('links an imported profile again to the certificate of the same name, by a URL with two slashes', async () => {
    const certificate = await create({
      '@odata.type': '#microsoft.graph.iosScepCertificateProfile',
      displayName: 'SCEP',
      scepServerUrls: ['https://scep.example.com'],
      subjectNameFormatString: 'CN={{UserName}}',
    });
    const old = await get(`${configurations}/${development.profiles.iosEnterpriseWiFiConfiguration}`);
    const imported = await create({ ...importable(old), displayName: 'Wi-Fi, linked' });

    const relink = async (property: string, name: string): Promise<boolean> => {
      const association: string = old[`${property}@odata.associationLink`];
      assert.match(association, new RegExp(`/microsoft\\.graph\\.iosEnterpriseWiFiConfiguration/${property}/\\$ref$`));
      const { value } = await get(`${configurations}?$filter=displayName%20eq%20%27${encodeURIComponent(name)}%27`);
      const [found] = value;
      if (!found) return false;
      await send(204, 'PUT', association.replace(old.id, imported.id), {
        '@odata.id': `${server.url}/beta//deviceManagement/deviceConfigurations('${found.id}')`,
      });
      return true;
    };
    assert.ok(await relink('identityCertificateForClientAuthentication', 'SCEP'));
    assert.equal(
      await relink('derivedCredentialSettings', 'Derived credentials'),
      false,
      'it looks among the profiles',
    );
    const link = `${configurations}/${imported.id}/identityCertificateForClientAuthentication`;
    assert.equal((await get(link)).id, certificate.id);

    const roots = `${old['rootCertificatesForServerValidation@odata.associationLink']}`.replace(old.id, imported.id);
    const root = await create({
      '@odata.type': '#microsoft.graph.iosTrustedRootCertificate',
      displayName: 'Root',
      trustedRootCertificate: 'AQID',
      certFileName: 'root.cer',
    });
    await send(204, 'POST', roots, {
      '@odata.id': `${server.url}/beta//deviceManagement/deviceConfigurations('${root.id}')`,
    });
    const { value } = await get(`${configurations}/${imported.id}/rootCertificatesForServerValidation`);
    assert.deepEqual(
      value.map(({ id }: { id: string }) => id),
      [root.id],
    );
    for (const id of [imported.id, certificate.id, root.id]) await send(204, 'DELETE', `${configurations}/${id}`);
  });

  test('copies a profile; the link to the settings that it then writes as one to a profile is refused and not needed', async () => {
    const old = await get(`${configurations}/${development.profiles.iosVpnConfiguration}`);
    const copy = await create({ ...importable(old), displayName: 'VPN - Copy' });
    const target = await get(old['derivedCredentialSettings@odata.navigationLink'], 'minimal');
    const association: string = old['derivedCredentialSettings@odata.associationLink'];
    const { status, json } = await invoke('PUT', association.replace(old.id, copy.id), {
      body: { '@odata.id': `${server.url}/beta//deviceManagement/deviceConfigurations('${target.id}')` },
    });
    assert.equal(status, 400);
    assert.match(json.error.message, /deviceManagementDerivedCredentialSettings/);
    assert.equal((await get(`${configurations}/${copy.id}/derivedCredentialSettings`)).id, target.id);
    await send(204, 'DELETE', `${configurations}/${copy.id}`);
  });

  test('updates a profile with the whole of the exported object', async () => {
    const old = await get(`${configurations}/${development.profiles.iosEasEmailProfileConfiguration}`);
    const updated = await send(200, 'PATCH', `${configurations}/${old.id}`, {
      ...importable(await withReferences(old)),
      description: 'From a file',
    });
    assert.equal(updated.description, 'From a file');
    assert.equal(updated.version, old.version + 1);

    // The window with a profile's name and description sends these alone, and the id.
    const { id, '@odata.type': type, displayName } = old;
    const named = { id, displayName, '@odata.type': type, description: 'By hand' };
    assert.equal((await send(200, 'PATCH', `${configurations}/${id}`, named)).description, 'By hand');
  });

  test('replaces a profile: a new one with the assignments of the old, which is then deleted', async () => {
    const first = await create({
      '@odata.type': '#microsoft.graph.iosDerivedCredentialAuthenticationConfiguration',
      displayName: 'App authentication, old',
    });
    await send(200, 'POST', `${configurations}/${first.id}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } }],
    });
    const { assignments } = await get(`${configurations}/${first.id}?$expand=assignments`);
    const second = await create({ ...importable(await get(`${configurations}/${first.id}`)), displayName: 'New' });
    assert.equal(assignments[0].source, 'direct', 'others are not copied');
    const copied = assignments.map(({ target }: Json) => ({ target: { '@odata.type': target['@odata.type'] } }));
    await send(200, 'POST', `${configurations}/${second.id}/assign`, { assignments: copied });
    await send(204, 'DELETE', `${configurations}/${first.id}`);
    assert.equal((await invoke('GET', `${configurations}/${first.id}`)).status, 404);
    const after = await get(`${configurations}/${second.id}?$expand=assignments`);
    assert.equal(after.assignments[0].target['@odata.type'], '#microsoft.graph.allLicensedUsersAssignmentTarget');
    await send(204, 'DELETE', `${configurations}/${second.id}`);
  });

  test('shows the message of a refusal, which is a text unless errors are set to nest', async () => {
    const { status, json } = await invoke('GET', `${configurations}/none`);
    assert.equal(status, 404);
    assert.match(json.error.message, /^Resource 'none' does not exist/);
  });

  test('shows the message inside the JSON of a refusal where errors nest', async () => {
    const nesting = await createServer({ intuneErrors: true });
    try {
      const { json } = await call(nesting, 'GET', `${configurations}/none`);
      assert.match(json.error.message, /^\{.*\}$/s, 'by this the tool knows that there is JSON');
      assert.match(JSON.parse(json.error.message).Message, /^Resource 'none' does not exist/);
    } finally {
      await nesting.close();
    }
  });
});
