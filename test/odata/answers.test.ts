// Entities → JSON, entity tags, URLs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EntityType, Property, Structure } from '../../src/edm/index.js';
import {
  derivedCredentials,
  deviceConfigurations,
  deviceManagement,
  deviceManagementDerivedCredentialSettings,
  iosEasEmailProfileConfiguration,
  iosVpnConfiguration,
  model,
  settingsNavigation,
} from '../../src/model/index.js';
import {
  entityPath,
  entityTag,
  matchesTag,
  placeOfSet,
  readForCreate,
  writeCollection,
  writeEntity,
  writeProperty,
  writeReference,
  writeResult,
  writeSingleton,
} from '../../src/odata/index.js';
import {
  type Expanded,
  type Expansion,
  everything,
  type Page,
  type Reached,
  type Selection,
  type Stored,
  wholeEntity,
} from '../../src/plan/index.js';
import { addressOf, context, operation } from './requests.js';

const root = 'https://localhost:8443/beta';
const id = 'bc650741-0741-bc65-4107-65bc410765bc';
const all = { root, model, level: 'minimal', query: wholeEntity } as const;
const answer = (select: Selection) => ({ ...all, query: { select, expand: [] } });
const settingsPlace = placeOfSet(derivedCredentials, model);
const row = (stored: Stored) => ({ stored, expanded: {} });
const chosen = (on: EntityType, ...names: string[]): Selection =>
  names.map((name) => ({ name, on, navigation: false, select: undefined }));

const settings: Stored = {
  type: deviceManagementDerivedCredentialSettings,
  entity: {
    id,
    displayName: 'K"5\u2028😀',
    helpUrl: null,
    issuer: 'purebred',
    notificationType: 'companyPortal,email',
    renewalThresholdPercentage: 20,
  },
  version: 3,
  links: {},
};

function vpn(key: string): Stored {
  const { type, values } = readForCreate(
    {
      '@odata.type': '#microsoft.graph.iosVpnConfiguration',
      displayName: 'VPN',
      connectionName: 'c',
      server: { address: 'a' },
    },
    deviceConfigurations.type,
    context,
  );
  const now = '2026-01-31T09:30:00.0000000Z';
  const own: Structure = { id: key, createdDateTime: now, lastModifiedDateTime: now, version: 1 };
  const entity = Object.fromEntries(
    [...type.properties.keys()].map((name) => [name, own[name] ?? values[name] ?? null]),
  );
  return { type, entity: { ...entity, id: key }, version: 1, links: { derivedCredentialSettings: id } };
}

/** A list's operation below /deviceManagement, as a request makes it. */
function listOf(path: string) {
  const list = operation('GET', path);
  assert.ok(list.kind === 'list');
  return list;
}

function placeOf({ address: { set, type, cast } }: ReturnType<typeof listOf>) {
  return placeOfSet(set, model, cast ? type : undefined);
}

describe('the answer with an entity', () => {
  it('is exact', () => {
    assert.equal(
      writeEntity(row(settings), settingsPlace, all),
      '{"@odata.context":"https://localhost:8443/beta/$metadata#deviceManagement/derivedCredentials/$entity",' +
        '"@odata.type":"#microsoft.graph.deviceManagementDerivedCredentialSettings",' +
        `"@odata.etag":"W/\\"${id}.3\\"",` +
        `"id":"${id}","displayName":"K\\"5\u2028😀","helpUrl":null,"issuer":"purebred",` +
        '"notificationType":"companyPortal,email","renewalThresholdPercentage":20}',
    );
  });

  it('of a profile has its properties in the order of the model, and no link', () => {
    const {
      '@odata.context': where,
      '@odata.type': type,
      '@odata.etag': tag,
      ...properties
    } = JSON.parse(writeEntity(row(vpn('p')), placeOfSet(deviceConfigurations, model), all));
    assert.equal(where, `${root}/$metadata#deviceManagement/deviceConfigurations/$entity`);
    assert.equal(type, '#microsoft.graph.iosVpnConfiguration');
    assert.equal(tag, 'W/"p.1"');
    assert.deepEqual(Object.keys(properties), [...iosVpnConfiguration.properties.keys()]);
    assert.deepEqual(Object.keys(properties.server), ['address', 'description', 'isDefaultServer']);
  });

  it('has only what is selected, and says so', () => {
    assert.equal(
      writeEntity(row(settings), settingsPlace, answer(chosen(derivedCredentials.type, 'displayName', 'helpUrl'))),
      '{"@odata.context":"https://localhost:8443/beta/$metadata#deviceManagement/derivedCredentials(displayName,helpUrl)/$entity",' +
        '"@odata.type":"#microsoft.graph.deviceManagementDerivedCredentialSettings",' +
        `"@odata.etag":"W/\\"${id}.3\\"","displayName":"K\\"5\u2028😀","helpUrl":null}`,
    );
  });
});

const page = (rows: readonly Stored[], count?: number): Page => ({
  rows: rows.map(row),
  count,
  next: undefined,
});

describe('the answer with a collection', () => {
  it('has a context, the count where it is asked for, and the rows', () => {
    assert.equal(
      writeCollection(page([]), settingsPlace, all),
      '{"@odata.context":"https://localhost:8443/beta/$metadata#deviceManagement/derivedCredentials","value":[]}',
    );
    const counted = JSON.parse(
      writeCollection(page([vpn('a'), vpn('b')], 2), placeOfSet(deviceConfigurations, model), all),
    );
    assert.deepEqual(Object.keys(counted), ['@odata.context', '@odata.count', 'value']);
    assert.equal(counted['@odata.count'], 2);
    assert.deepEqual(
      counted.value.map((row: Structure) => row.id),
      ['a', 'b'],
    );
    for (const row of counted.value) {
      assert.deepEqual(Object.keys(row).slice(0, 3), ['@odata.type', '@odata.etag', 'id']);
    }
  });

  it('names the cast and the selection in its context', () => {
    const cast = '/deviceConfigurations/microsoft.graph.iosVpnConfiguration';
    const whole = JSON.parse(writeCollection(page([vpn('a')]), placeOf(listOf(cast)), all));
    assert.equal(
      whole['@odata.context'],
      `${root}/$metadata#deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration`,
    );
    const list = listOf(`${cast}?$select=ID,server`);
    const part = JSON.parse(writeCollection(page([vpn('a')]), placeOf(list), answer(list.query.select)));
    assert.equal(
      part['@odata.context'],
      `${root}/$metadata#deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration(id,server)`,
    );
    assert.deepEqual(Object.keys(part.value[0]), ['@odata.type', '@odata.etag', 'id', 'server']);
  });
});

describe('what is expanded', () => {
  const expansion = (references: boolean, select?: Selection): Expansion => ({
    property: settingsNavigation,
    on: iosVpnConfiguration,
    set: derivedCredentials,
    type: derivedCredentials.type,
    query: { ...everything(derivedCredentials), select },
    references,
    countOnly: false,
  });
  const profile = (target: Reached | null): Expanded => ({
    stored: vpn('p'),
    expanded: { derivedCredentialSettings: target },
  });
  const written = (target: Reached | null, ...expand: Expansion[]) =>
    JSON.parse(
      writeEntity(profile(target), placeOfSet(deviceConfigurations, model), {
        ...all,
        query: { select: chosen(deviceConfigurations.type, 'id'), expand },
      }),
    );

  it('stands inside the entity, and the context says so with the cast that leads to it', () => {
    const { '@odata.context': where, derivedCredentialSettings } = written(row(settings), expansion(false));
    const nested = 'microsoft.graph.iosVpnConfiguration/derivedCredentialSettings';
    assert.equal(where, `${root}/$metadata#deviceManagement/deviceConfigurations(id,${nested}())/$entity`);
    assert.deepEqual(Object.keys(derivedCredentialSettings).slice(0, 3), ['@odata.type', '@odata.etag', 'id']);
  });

  it('has what is selected of it', () => {
    const selected = expansion(false, chosen(derivedCredentials.type, 'issuer'));
    const { '@odata.context': where, derivedCredentialSettings } = written(row(settings), selected);
    assert.match(where, /derivedCredentialSettings\(issuer\)\)/);
    assert.deepEqual(Object.keys(derivedCredentialSettings), ['@odata.type', '@odata.etag', 'issuer']);
  });

  it('is null where nothing is bound, and a URL where a reference is asked for', () => {
    assert.equal(written(null, expansion(false)).derivedCredentialSettings, null);
    assert.deepEqual(written({ entity: { id } }, expansion(true)).derivedCredentialSettings, {
      '@odata.id': `${root}/deviceManagement/derivedCredentials('${id}')`,
    });
  });

  it('is its link where it is selected alone', () => {
    const link = [{ name: 'derivedCredentialSettings', on: iosVpnConfiguration, navigation: true, select: undefined }];
    const json = JSON.parse(writeEntity(row(vpn('p')), placeOfSet(deviceConfigurations, model), answer(link)));
    const url = `${root}/deviceManagement/deviceConfigurations('p')/microsoft.graph.iosVpnConfiguration`;
    assert.equal(json['derivedCredentialSettings@odata.navigationLink'], `${url}/derivedCredentialSettings`);
  });

  it('is not there on entities that cannot have it', () => {
    const other = { ...expansion(false), on: iosEasEmailProfileConfiguration };
    assert.ok(!('derivedCredentialSettings' in written(null, other)));
  });
});

describe('what is selected of a complex value', () => {
  it('is answered, and told in the context', () => {
    const navigation = false;
    const server = iosVpnConfiguration.properties.get('server')?.type;
    assert.ok(server?.kind === 'complex');
    const select = [
      {
        name: 'server',
        on: iosVpnConfiguration,
        navigation,
        select: [{ name: 'address', on: server, navigation, select: undefined }],
      },
    ];
    const json = JSON.parse(writeEntity(row(vpn('p')), placeOfSet(deviceConfigurations, model), answer(select)));
    assert.match(json['@odata.context'], /\(microsoft\.graph\.iosVpnConfiguration\/server\/address\)\/\$entity$/);
    assert.deepEqual(json.server, { address: 'a' });
  });
});

describe('the answer with one value', () => {
  const property = (type: EntityType, name: string): Property => {
    const found = type.properties.get(name);
    assert.ok(found);
    return found;
  };
  const path = `deviceManagement/derivedCredentials('${id}')/displayName`;

  it('is wrapped, with the path of the property as its context', () => {
    assert.equal(
      writeProperty('K', property(derivedCredentials.type, 'displayName'), path, all),
      `{"@odata.context":"${root}/$metadata#${path}","value":"K"}`,
    );
  });

  it('is a complex value as it is', () => {
    const server = property(iosVpnConfiguration, 'server');
    assert.equal(
      writeProperty({ address: 'a' }, server, 'x/server', all),
      `{"@odata.context":"${root}/$metadata#x/server","address":"a"}`,
    );
  });

  it('of a function has its type as its context', () => {
    const texts = property(deviceConfigurations.type, 'roleScopeTagIds');
    assert.equal(
      writeResult(['0'], texts, all),
      `{"@odata.context":"${root}/$metadata#Collection(Edm.String)","value":["0"]}`,
    );
    assert.equal(writeResult(['0'], texts, { ...all, level: 'none' }), '{"value":["0"]}');
    assert.match(writeResult(['0'], texts, { ...all, level: 'full' }), /"@odata.type":"#Collection\(String\)"/);
  });
});

describe('the answer with the singleton', () => {
  const singleton = { name: 'deviceManagement', type: deviceManagement };
  const entity = { id, intuneAccountId: id, subscriptions: 'intune', subscriptionState: 'active' };

  it('has no entity tag', () => {
    assert.deepEqual(JSON.parse(writeSingleton(entity, singleton, all)), {
      '@odata.context': `${root}/$metadata#deviceManagement`,
      '@odata.type': '#microsoft.graph.deviceManagement',
      ...entity,
    });
  });

  it('has only what is selected', () => {
    assert.deepEqual(
      JSON.parse(writeSingleton(entity, singleton, answer(chosen(deviceManagement, 'subscriptionState')))),
      {
        '@odata.context': `${root}/$metadata#deviceManagement(subscriptionState)`,
        '@odata.type': '#microsoft.graph.deviceManagement',
        subscriptionState: 'active',
      },
    );
  });
});

describe('the answer with a reference', () => {
  it('is the URL of the entity', () => {
    assert.equal(
      writeReference(settings, settingsPlace, all),
      `{"@odata.context":"${root}/$metadata#$ref","@odata.id":"${root}/deviceManagement/derivedCredentials('${id}')"}`,
    );
  });
});

describe('the URL of an entity', () => {
  it('leads back to it, whatever its key', () => {
    for (const key of [id, "O'Brien", "''", 'a b+c', 'ä😀', '%27', '(x)', 'a,b;c=d&e#f?g', '~', 'k'.repeat(256)]) {
      const url = `${root}/${entityPath(placeOfSet(derivedCredentials, model), key)}`;
      const address = addressOf(new URL(url).pathname);
      assert.ok(address.kind === 'entity');
      assert.equal(address.key, key);
      assert.equal(address.set, derivedCredentials);
    }
  });
});

describe('an entity tag', () => {
  it('names the object and its version', () => {
    assert.equal(entityTag(settings), `W/"${id}.3"`);
    assert.notEqual(entityTag({ ...settings, version: 4 }), entityTag(settings));
    assert.notEqual(entityTag({ ...settings, entity: { ...settings.entity, id: 'x' } }), entityTag(settings));
  });

  it('is matched by itself, weak or strong, by a star and by no condition', () => {
    const tag = entityTag(settings);
    assert.ok(matchesTag('*', settings));
    assert.ok(matchesTag([tag], settings));
    assert.ok(matchesTag([tag.slice(2)], settings));
    assert.ok(matchesTag(['"x"', tag], settings));
    for (const other of [[], ['"x"'], ['*'], [`W/"${id}.4"`], [`"${id}"`], [`W/${tag}`]]) {
      assert.ok(!matchesTag(other, settings), other.join());
    }
  });
});
