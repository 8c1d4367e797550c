// The OpenAPI document: by a public linter, against the server's own answers, and whole.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { model } from '../../src/model/index.js';
import { openSession, type Session } from '../http/session.js';
import { type Answer, call } from '../support.js';

const require = createRequire(import.meta.url);

interface Described {
  readonly parameters?: readonly { readonly $ref?: string }[];
  readonly responses: Readonly<Record<number, unknown>>;
}

describe('the OpenAPI document', () => {
  let session: Session;
  let document: Answer['json'];
  let validate: (schema: string, value: unknown) => void;

  before(async () => {
    session = await openSession();
    const { status, headers, json } = await call(session.server, 'GET', '/beta/openapi.json', { token: null });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json;charset=utf-8');
    document = json;
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'https://example.com/openapi.json', ...document });
    validate = (schema, value) => {
      const check = ajv.compile({ $ref: `https://example.com/openapi.json#/components/schemas/${schema}` });
      check(value);
      assert.deepEqual(check.errors, null, schema);
    };
  });
  after(() => session.close());

  test('a public linter finds no error in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'offshoot-openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, JSON.stringify(document));
      const redocly = join(dirname(require.resolve('@redocly/cli/package.json')), 'bin/cli.js');
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [redocly, 'lint', file, '--extends', 'recommended', '--format', 'json'],
        { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off' }, maxBuffer: 32 * 1024 * 1024 },
      );
      const { totals, problems } = JSON.parse(stdout);
      assert.equal(totals.errors, 0, JSON.stringify(problems, null, 1));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('its server is the origin that was asked', () => {
    assert.equal(document.openapi, '3.1.0');
    assert.deepEqual(document.servers, [{ url: `${session.server.plainUrl}/beta` }]);
  });

  test('it has the six routes of the update, with their one permission', () => {
    const profile = '/deviceManagement/deviceConfigurations/{deviceConfigurations-id}';
    const routes = [
      '/deviceManagement/derivedCredentials/{derivedCredentials-id}',
      `${profile}/derivedCredentialSettings`,
      ...['iosVpn', 'iosEnterpriseWiFi', 'iosEasEmailProfile', 'iosDerivedCredentialAuthentication'].map(
        (type) => `${profile}/microsoft.graph.${type}Configuration/derivedCredentialSettings`,
      ),
    ];
    const schema = '#/components/schemas/microsoft.graph.deviceManagementDerivedCredentialSettings';
    for (const route of routes) {
      const { patch } = document.paths[route];
      assert.deepEqual(patch.security, [{ bearer: ['DeviceManagementConfiguration.ReadWrite.All'] }], route);
      assert.equal(patch.requestBody.content['application/json'].schema.$ref, schema, route);
      assert.equal(patch.responses[200].content['application/json'].schema.$ref, schema, route);
    }
  });

  test('it has every cast, link, action and function that the server answers to', () => {
    const profile = '/deviceManagement/deviceConfigurations/{deviceConfigurations-id}';
    const paths = [
      '/deviceManagement',
      '/me',
      '/organization/{organization-id}',
      '/deviceManagement/deviceConfigurations/$count',
      '/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration',
      `${profile}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings/$ref`,
      `${profile}/microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation/$ref`,
      `${profile}/assign`,
      `${profile}/assignments`,
      `${profile}/assignments/{assignments-id}`,
      `${profile}/deviceStatusOverview`,
      `${profile}/displayName`,
      `${profile}/displayName/$value`,
      '/deviceManagement/auditEvents/getAuditCategories',
      "/deviceManagement/auditEvents/getAuditActivityTypes(category='{category}')",
      '/$batch',
      '/$metadata',
      '/openapi.json',
    ];
    for (const path of paths) assert.ok(document.paths[path], path);
    for (const type of model.withDerived(model.findEntityType('deviceConfiguration') ?? assert.fail())) {
      if (type.name === 'deviceConfiguration') continue;
      assert.ok(document.paths[`${profile}/microsoft.graph.${type.name}`], type.name);
    }
  });

  test('what it says of methods is what the server says of itself', async () => {
    const described = Object.entries(document.paths as Record<string, Record<string, unknown>>);
    const sampled = described.filter(([path]) => !path.includes('microsoft.graph.android'));
    for (const [template, operations] of sampled) {
      const path = template.replace(/\{[^}]+\}/g, 'x');
      const { status, headers } = await call(session.server, 'OPTIONS', `/beta${path}`);
      assert.equal(status, 204, template);
      const allowed = (headers.allow ?? '').split(', ').filter((method) => !['HEAD', 'OPTIONS'].includes(method));
      const methods = Object.keys(operations).filter((name) => name !== 'parameters');
      assert.deepEqual(methods.map((method) => method.toUpperCase()).toSorted(), allowed.toSorted(), template);
    }
  });

  test('it has If-Match wherever the server honours it, and 412 there alone', async () => {
    const conditional = new Set<string>();
    for (const [path, operations] of Object.entries(document.paths as Record<string, Record<string, Described>>)) {
      for (const [method, { parameters = [], responses }] of Object.entries(operations)) {
        if (method === 'parameters') continue;
        const has = (name: string) => parameters.some(({ $ref }) => $ref === `#/components/parameters/${name}`);
        const isCreate = method === 'post' && !/\/(?:\$ref|assign|\$batch)$/.test(path);
        const isChange = method !== 'get' && !isCreate && path !== '/$batch';
        assert.equal(has('If-Match'), isChange, `${method} ${path}`);
        assert.equal(412 in responses, isChange, `${method} ${path}`);
        // A read of an object may be answered with 304.
        assert.equal(has('If-None-Match'), isChange || 304 in responses, `${method} ${path}`);
        if (isChange) conditional.add(`${method} ${path.split('/').at(-1)}`);
      }
    }
    assert.ok(['post assign', 'put $ref', 'post $ref', 'delete $ref'].every((change) => conditional.has(change)));
    const settings = document.paths['/deviceManagement/derivedCredentials/{derivedCredentials-id}'];
    assert.ok(settings.get.responses[304]);
    const profile = `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}`;
    const url = `${session.root}/deviceConfigurations('x')`;
    for (const [method, path, body] of [
      ['POST', `${profile}/assign`, { assignments: [] }],
      ['PUT', `${profile}/derivedCredentialSettings/$ref`, { '@odata.id': `${session.root}/derivedCredentials('x')` }],
      ['POST', `${profile}/rootCertificatesForServerValidation/$ref`, { '@odata.id': url }],
      ['DELETE', `${profile}/derivedCredentialSettings/$ref`, undefined],
    ] as const) {
      const { status } = await session.send(method, path, { body, headers: { 'if-match': '"other"' } });
      assert.equal(status, 412, `${method} ${path}`);
    }
  });

  test('the answers of the server are as it says', async () => {
    const settings = 'microsoft.graph.deviceManagementDerivedCredentialSettings';
    const { settingsId, profiles } = session.development;
    validate(settings, await session.expect(200, 'GET', `derivedCredentials/${settingsId}`));
    validate(`${settings}.collection`, await session.expect(200, 'GET', 'derivedCredentials?$count=true'));
    for (const [type, id] of Object.entries(profiles)) {
      validate(`microsoft.graph.${type}`, await session.expect(200, 'GET', `deviceConfigurations/${id}`));
    }
    validate('microsoft.graph.auditEvent.collection', await session.expect(200, 'GET', 'auditEvents'));
    validate('error', await session.expect(404, 'GET', 'derivedCredentials/none'));
  });

  test('its example of the settings is what its schema says', () => {
    const name = 'microsoft.graph.deviceManagementDerivedCredentialSettings';
    const [example] = document.components.schemas[name].examples;
    assert.equal(example['@odata.type'], `#${name}`);
    validate(name, example);
  });

  test('a create by its schema is refused by the server for what the schema refuses, and not otherwise', async () => {
    const name = 'microsoft.graph.iosVpnConfiguration.create';
    const whole = {
      '@odata.type': '#microsoft.graph.iosVpnConfiguration',
      displayName: 'VPN',
      connectionName: 'VPN',
      server: { address: 'vpn.example.com' },
    };
    validate(name, whole);
    await session.expect(201, 'POST', 'deviceConfigurations', whole);
    for (const property of ['@odata.type', 'displayName', 'connectionName', 'server']) {
      const part = { ...whole, [property]: undefined };
      assert.throws(() => validate(name, JSON.parse(JSON.stringify(part))), property);
      await session.expect(400, 'POST', 'deviceConfigurations', part);
    }
  });

  test('types are told apart by @odata.type', () => {
    const { discriminator } = document.components.schemas['microsoft.graph.deviceConfiguration'];
    assert.equal(discriminator.propertyName, '@odata.type');
    for (const type of model.withDerived(model.findEntityType('deviceConfiguration') ?? assert.fail())) {
      const expected = type.abstract ? undefined : `#/components/schemas/microsoft.graph.${type.name}`;
      assert.equal(discriminator.mapping[`#microsoft.graph.${type.name}`], expected);
    }
  });
});
