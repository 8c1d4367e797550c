// `$metadata` and the service document: through the front door, judged by OASIS's schemas and by a public parser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from '@sap-ux/edmx-parser';
import { Ajv } from 'ajv';
import { validateXML } from 'xmllint-wasm';
import { createServer, type Server } from '../../src/index.js';
import { model } from '../../src/model/index.js';
import { type Answer, call } from '../support.js';

const oasis = join(import.meta.dirname, '../../../test/documents/oasis');
const schema = (name: string): string => readFileSync(join(oasis, name), 'utf8');

/** What the parser tells of a document, as far as it is looked at here. */
interface Parsed {
  readonly schema: {
    readonly entityTypes: readonly ParsedType[];
    readonly complexTypes: readonly ParsedType[];
    readonly enumTypes: readonly (Named & { members: readonly { name: string; value: unknown }[] })[];
  };
}

interface Named {
  readonly name: string;
  readonly fullyQualifiedName: string;
}

interface ParsedType extends Named {
  /** Of an entity type. */
  readonly entityProperties?: readonly Named[];
  /** Of a complex type. */
  readonly properties?: readonly Named[];
  readonly navigationProperties: readonly Named[];
}

describe('the documents about the service', () => {
  let server: Server;
  before(async () => {
    server = await createServer();
  });
  after(() => server.close());

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    call(server, method, path, { token: null, headers });

  test('$metadata is XML unless asked otherwise, and needs no token', async () => {
    const { status, headers, text } = await ask('/beta/$metadata');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/xml;charset=utf-8');
    assert.equal(headers['odata-version'], '4.0');
    assert.match(text, /^<\?xml version="1.0" encoding="utf-8"\?>\n<edmx:Edmx Version="4.0" /);
    assert.match(text, /<Schema Namespace="microsoft.graph" Alias="graph" xmlns="[^"]+\/odata\/ns\/edm">/);
    assert.match(text, /<EntityContainer Name="GraphService">/);
    assert.match(text, /<Singleton Name="deviceManagement" Type="microsoft.graph.deviceManagement" \/>/);
  });

  test("$metadata's XML is valid by the schemas of OASIS", async () => {
    const { text } = await ask('/beta/$metadata');
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'metadata.xml', contents: text }],
      schema: [schema('edmx.xsd')],
      preload: [{ fileName: 'edm.xsd', contents: schema('edm.xsd') }],
    });
    assert.deepEqual(errors, []);
    assert.ok(valid);
  });

  test("$metadata's JSON is valid by the schema of OASIS", async () => {
    const { status, headers, json } = await ask('/beta/$metadata', { accept: 'application/json' });
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/json;charset=utf-8');
    assert.equal(headers['odata-version'], '4.01');
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(schema('csdl.schema.json')));
    validate(json);
    assert.deepEqual(validate.errors, null);
    assert.equal(json.$EntityContainer, 'microsoft.graph.GraphService');
    assert.deepEqual(json['microsoft.graph'].GraphService.deviceManagement, {
      $Type: 'microsoft.graph.deviceManagement',
    });
  });

  test("a public parser reads all types, properties and navigation properties of the model from $metadata's XML", async () => {
    const { schema: parsed }: Parsed = parse((await ask('/beta/$metadata')).text);
    const written = [...parsed.entityTypes, ...parsed.complexTypes];
    for (const type of model.types) {
      const name = model.qualifiedName(type);
      if (type.kind === 'enum') {
        const found = parsed.enumTypes.find(({ fullyQualifiedName }) => fullyQualifiedName === name);
        assert.deepEqual(
          found?.members.map((member) => [member.name, Number(member.value)]),
          Object.entries(type.members),
          name,
        );
        continue;
      }
      const found = written.find(({ fullyQualifiedName }) => fullyQualifiedName === name);
      assert.ok(found, name);
      assert.deepEqual(
        (found.entityProperties ?? found.properties)?.map((property) => property.name),
        type.ownProperties.map((property) => property.name),
        name,
      );
      if (type.kind !== 'entity') continue;
      assert.deepEqual(
        found.navigationProperties.map((property) => property.name),
        type.ownNavigationProperties.map((property) => property.name),
        name,
      );
    }
  });

  test('$metadata in XML and in JSON name the same types with the same members', async () => {
    const xml = (await ask('/beta/$metadata')).text;
    const json = (await ask('/beta/$metadata?$format=json')).json['microsoft.graph'];
    const blocks = [...xml.matchAll(/<(EntityType|ComplexType|EnumType) Name="(\w+)"(?:[^>]*[^/])?>([\s\S]*?)<\/\1>/g)];
    assert.ok(blocks.length > 20);
    for (const [, kind, name = '', body = ''] of blocks) {
      assert.equal(json[name].$Kind, kind, name);
      const members = [...body.matchAll(/<(?:Property|NavigationProperty|Member) Name="(\w+)"/g)].map(
        ([, member]) => member,
      );
      assert.deepEqual(
        Object.keys(json[name]).filter((member) => !/^[$@]/.test(member)),
        members,
        name,
      );
    }
  });

  test('$metadata says what is computed, contained, a set of flags, abstract, and the limits of texts', async () => {
    const { text } = await ask('/beta/$metadata');
    assert.match(
      text,
      /<Property Name="createdDateTime" Type="Edm.DateTimeOffset" Nullable="false">\s*<Annotation Term="Core.Computed" Bool="true" \/>/,
    );
    assert.match(
      text,
      /<NavigationProperty Name="derivedCredentials" Type="Collection\(graph.deviceManagementDerivedCredentialSettings\)" ContainsTarget="true" \/>/,
    );
    assert.match(
      text,
      /<NavigationProperty Name="derivedCredentialSettings" Type="graph.deviceManagementDerivedCredentialSettings" \/>/,
    );
    assert.match(text, /<EnumType Name="deviceManagementDerivedCredentialNotificationType" IsFlags="true">/);
    assert.match(text, /<EntityType Name="deviceConfiguration" BaseType="graph.entity" Abstract="true">/);
    assert.match(text, /<Property Name="helpUrl" Type="Edm.String" MaxLength="2048" \/>/);
    assert.match(
      text,
      /<Property Name="renewalThresholdPercentage" Type="Edm.Int32" Nullable="false" DefaultValue="20" \/>/,
    );
    assert.match(text, /<Property Name="newValue" Type="Edm.String" \/>/, 'nobody limits what the server writes');
  });

  test('$metadata has the actions and functions, bound to what they are offered on', async () => {
    const { text } = await ask('/beta/$metadata');
    for (const { kind, name, boundTo, boundToCollection } of model.operations) {
      const type = boundToCollection ? `Collection(graph.${boundTo.name})` : `graph.${boundTo.name}`;
      const element = kind === 'action' ? 'Action' : 'Function';
      const head = `<${element} Name="${name}" IsBound="true">`;
      assert.ok(text.includes(`${head}\n        <Parameter Name="bindingParameter" Type="${type}" />`), name);
    }
  });

  test('$metadata says which collections can be written, and with which permissions', async () => {
    const annotations = (await ask('/beta/$metadata?$format=json')).json['microsoft.graph'].$Annotations;
    const settings = annotations['microsoft.graph.deviceManagement/derivedCredentials'];
    assert.deepEqual(settings['@Capabilities.UpdateRestrictions'], {
      Permissions: [{ SchemeName: 'bearer', Scopes: [{ Scope: 'DeviceManagementConfiguration.ReadWrite.All' }] }],
    });
    const audit = annotations['microsoft.graph.deviceManagement/auditEvents'];
    assert.deepEqual(audit['@Capabilities.InsertRestrictions'], { Insertable: false });
    assert.deepEqual(audit['@Capabilities.UpdateRestrictions'], { Updatable: false });
    assert.deepEqual(audit['@Capabilities.DeleteRestrictions'], { Deletable: false });
  });

  test('the references of a profile can be told from what it contains, as exporters do it', async () => {
    const { text } = await ask('/beta/$metadata');
    const types = new Map(
      [
        ...text.matchAll(
          /<EntityType Name="(\w+)"(?: BaseType="graph\.(\w+)")?[^>]*?(?:\/>|>([\s\S]*?)<\/EntityType>)/g,
        ),
      ].map(([, name = '', base, body = '']) => [name, { base, body }] as const),
    );
    const references: string[] = [];
    for (let name: string | undefined = 'iosVpnConfiguration'; name; name = types.get(name)?.base) {
      for (const [, property = '', rest = ''] of (types.get(name)?.body ?? '').matchAll(
        /<NavigationProperty Name="(\w+)"([^>]*)/g,
      )) {
        if (!rest.includes('ContainsTarget="true"')) references.push(property);
      }
    }
    assert.deepEqual(references, ['derivedCredentialSettings', 'identityCertificate']);
  });

  test('the service document lists what stands at the service root', async () => {
    for (const path of ['/beta', '/beta/']) {
      const { status, headers, json } = await ask(path);
      assert.equal(status, 200, path);
      assert.match(headers['content-type'] ?? '', /^application\/json;odata.metadata=minimal/);
      assert.equal(json['@odata.context'], `${server.plainUrl}/beta/$metadata`);
      assert.deepEqual(
        json.value.find(({ name }: { name: string }) => name === 'deviceManagement'),
        { name: 'deviceManagement', kind: 'Singleton', url: 'deviceManagement' },
      );
      assert.equal(json.value.length, model.singletons.length + model.entitySets.length);
    }
  });

  test('documents have an entity tag, by which a client learns that nothing is new', async () => {
    for (const path of ['/beta/$metadata', '/beta/$metadata?$format=json', '/beta']) {
      const { headers } = await ask(path);
      const etag = headers.etag ?? '';
      assert.match(etag, /^"[\w-]{22}"$/);
      const again = await ask(path, { 'if-none-match': `"other", W/${etag}` });
      assert.equal(again.status, 304, path);
      assert.equal(again.headers.etag, etag);
      assert.equal(again.text, '');
      assert.equal((await ask(path, { 'if-none-match': '"other"' })).status, 200);
    }
    const tags = await Promise.all(
      ['xml', 'json'].map(async (format) => (await ask(`/beta/$metadata?$format=${format}`)).headers.etag),
    );
    assert.notEqual(tags[0], tags[1]);
  });

  test('HEAD tells of a document what GET would, without the document', async () => {
    for (const path of ['/beta/$metadata', '/beta']) {
      const [get, head] = [await ask(path), await ask(path, {}, 'HEAD')];
      assert.equal(head.status, 200);
      assert.equal(head.text, '');
      for (const name of ['content-type', 'content-length', 'etag', 'odata-version']) {
        assert.equal(head.headers[name], get.headers[name], name);
      }
    }
  });

  test('the format of $metadata is what $format says, else what Accept likes best', async () => {
    const formatOf = async (query: string, accept?: string): Promise<string> => {
      const { status, headers } = await ask(`/beta/$metadata${query}`, accept === undefined ? {} : { accept });
      assert.equal(status, 200, `${query} ${accept}`);
      return /(xml|json)/.exec(headers['content-type'] ?? '')?.[0] ?? '';
    };
    assert.equal(await formatOf('?$format=json'), 'json');
    assert.equal(await formatOf('?%24format=application/xml', 'application/json'), 'xml');
    assert.equal(await formatOf('?format=application/json;odata.metadata=minimal'), 'json');
    assert.equal(await formatOf('', 'application/json;odata.metadata=full'), 'json');
    assert.equal(await formatOf('', 'application/json;q=0.5, application/xml'), 'xml');
    assert.equal(await formatOf('', 'application/xml;q=0.1, */*'), 'json');
    assert.equal(await formatOf('', 'text/html, */*;q=0.1'), 'xml');
    assert.equal(await formatOf('', 'application/json;q=0, */*'), 'xml');
    assert.equal(await formatOf('?custom=1'), 'xml');
  });

  test('what a document cannot be asked for is refused by name', async () => {
    const refused = async (status: number, path: string, headers = {}, method = 'GET'): Promise<string> => {
      const answer = await ask(path, headers, method);
      assert.equal(answer.status, status, answer.text);
      return answer.json.error.message;
    };
    assert.match(
      await refused(406, '/beta/$metadata', { accept: 'text/html' }),
      /is application\/xml or application\/json/,
    );
    assert.match(await refused(406, '/beta/$metadata?$format=atom'), /\$format 'atom'/);
    assert.match(await refused(406, '/beta', { accept: 'application/xml' }), /is application\/json\.$/);
    for (const path of ['/beta/$metadata', '/beta/openapi.json', '/beta', '/beta/']) {
      assert.match(await refused(501, `${path}?$filter=true`), /'\$filter'/);
      assert.match(await refused(501, `${path}?select=name`), /'\$select'/);
      assert.match(await refused(501, `${path}?%24TOP=1`), /'\$top'/);
      assert.match(await refused(400, `${path}?$nope=1`), /'\$nope' is not an OData query option/);
      assert.match(
        await refused(400, `${path}?$format=json&format=json`),
        /'\$format' must not be given more than once/,
      );
      assert.match(await refused(400, `${path}?$format=%zz`), /malformed/);
      assert.equal((await ask(`${path}?FORMAT=json`)).status, 200);
    }
    assert.match(await refused(405, '/beta/$metadata', {}, 'POST'), /Allowed: GET, HEAD, OPTIONS/);
    assert.match(await refused(400, '/beta/$metadata', { host: 'elsewhere.example' }), /'elsewhere.example'/);
  });
});
