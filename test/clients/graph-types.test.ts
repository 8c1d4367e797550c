// Our types and answers against the types that Microsoft publishes for TypeScript: by the compiler, and on the wire.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type * as Graph from '@microsoft/microsoft-graph-types-beta';
import type { EntityOf } from '../../src/edm/index.js';
import { createServer, type Server } from '../../src/index.js';
import type {
  AuditEvent,
  deviceManagement,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEasEmailProfileConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
  Settings,
} from '../../src/model/index.js';
import { call } from '../support.js';

/** The paths of `Ours`, nested ones too, that `Theirs` does not know or has with a type that ours does not fit. */
type Misfits<Ours, Theirs, At extends string = ''> = Ours extends null
  ? null extends Theirs
    ? never
    : `${At} is never null`
  : Ours extends readonly (infer Item)[]
    ? NonNullable<Theirs> extends readonly (infer Other)[]
      ? Misfits<Item, Other, `${At}[]`>
      : `${At} is no collection`
    : Ours extends object
      ? {
          [K in keyof Ours & string]: K extends keyof NonNullable<Theirs>
            ? Misfits<Ours[K], Required<NonNullable<Theirs>>[K], `${At}/${K}`>
            : `${At}/${K} is unknown`;
        }[keyof Ours & string]
      : Ours extends Theirs
        ? never
        : `${At} has another type`;

/** The published types have no sets of flags, only their single members. */
type WithoutFlags<T> = Omit<T, 'notificationType' | 'easServices' | 'subscriptions'>;

type Fits<Ours, Theirs> = [Misfits<WithoutFlags<Ours>, Theirs>] extends [never]
  ? true
  : Misfits<WithoutFlags<Ours>, Theirs>;

// Each line compiles only while the type fits; a misfit is named in the compiler's message.
const settings: Fits<Settings, Graph.DeviceManagementDerivedCredentialSettings> = true;
const vpn: Fits<EntityOf<typeof iosVpnConfiguration>, Graph.IosVpnConfiguration> = true;
const wiFi: Fits<EntityOf<typeof iosEnterpriseWiFiConfiguration>, Graph.IosEnterpriseWiFiConfiguration> = true;
const email: Fits<EntityOf<typeof iosEasEmailProfileConfiguration>, Graph.IosEasEmailProfileConfiguration> = true;
const app: Fits<
  EntityOf<typeof iosDerivedCredentialAuthenticationConfiguration>,
  Graph.IosDerivedCredentialAuthenticationConfiguration
> = true;
const audit: Fits<AuditEvent, Graph.AuditEvent> = true;
const root: Fits<EntityOf<typeof deviceManagement>, Graph.DeviceManagement> = true;

/** The published interfaces: type name → property name → type, as the text that the package has. */
function readPublished(): {
  types: ReadonlyMap<string, ReadonlyMap<string, string>>;
  enums: ReadonlyMap<string, ReadonlySet<string>>;
} {
  const folder = createRequire(import.meta.url).resolve('@microsoft/microsoft-graph-types-beta/package.json');
  const text = readFileSync(new URL('microsoft-graph.d.ts', `file://${folder}`), 'utf8').replace(
    /^\s*(\/\/|\/?\*).*$/gm,
    '',
  );
  const types = new Map<string, Map<string, string>>();
  const bases = new Map<string, string>();
  for (const [, name = '', base, body = ''] of text.matchAll(
    /^export interface (\w+)(?: extends (\w+))? \{([^}]*)\}/gm,
  )) {
    types.set(name, new Map([...body.matchAll(/(\w+)\?: ([^;]+);/g)].map(([, key = '', type = '']) => [key, type])));
    if (base !== undefined) bases.set(name, base);
  }
  for (const [name, properties] of types) {
    for (let base = bases.get(name); base !== undefined; base = bases.get(base)) {
      for (const [key, type] of types.get(base) ?? []) properties.set(key, type);
    }
  }
  const enums = new Map(
    [...text.matchAll(/^export type (\w+) =([^;]+);/gm)].map(([, name = '', members = '']) => [
      name,
      new Set([...members.matchAll(/"([^"]*)"/g)].map(([, member = '']) => member)),
    ]),
  );
  return { types, enums };
}

const rule = { ruleType: 'include', name: 'rule' };
const profile = {
  displayName: 'all there is',
  deviceManagementApplicabilityRuleOsEdition: { ...rule, osEditionTypes: ['windows10Enterprise'] },
  deviceManagementApplicabilityRuleOsVersion: { ...rule, minOSVersion: '10', maxOSVersion: '11' },
  deviceManagementApplicabilityRuleDeviceMode: { ...rule, deviceMode: 'sModeConfiguration' },
};
const profiles = {
  iosVpnConfiguration: {
    connectionName: 'c',
    server: { address: 'vpn.example.com', description: 'd', isDefaultServer: true },
    proxyServer: { address: 'p', port: 1, automaticConfigurationScriptUrl: 'https://p.example.com' },
    onDemandRules: [
      { ssids: ['s'], action: 'connect', domainAction: 'neverConnect', probeUrl: 'https://p.example.com' },
    ],
    customData: [{ key: 'k', value: 'v' }],
    customKeyValueData: [{ name: 'n', value: 'v' }],
    targetedMobileApps: [{ name: 'n', appId: 'a' }],
  },
  iosEnterpriseWiFiConfiguration: {
    networkName: 'n',
    ssid: 's',
    eapType: 'eapFast',
    eapFastConfiguration: 'noProtectedAccessCredential',
  },
  iosEasEmailProfileConfiguration: { accountName: 'a', hostName: 'h', easServices: 'calendars,contacts,email' },
  iosDerivedCredentialAuthenticationConfiguration: {},
};

describe('@microsoft/microsoft-graph-types-beta', () => {
  const { types, enums } = readPublished();
  let server: Server;
  before(async () => {
    server = await createServer();
  });
  after(() => server.close());

  async function send(method: string, path: string, body?: unknown) {
    const answer = await call(server, method, `/beta/deviceManagement${path}`, { body });
    assert.ok(answer.status < 300, answer.text);
    return answer.json;
  }

  /** Fails unless the published type, and the types of its properties, know each name and each enumeration's member. */
  function check(value: unknown, type: string, at: string): number {
    if (value === null) return 0;
    const item = /^NullableOption<(.*)>$/.exec(type)?.[1] ?? type;
    if (Array.isArray(value)) {
      assert.match(item, /\[\]$/, at);
      return value.reduce((sum: number, each) => sum + check(each, item.slice(0, -2), at), 0);
    }
    if (typeof value === 'object') {
      const actual = (value as Record<string, string>)['@odata.type']?.replace('#microsoft.graph.', '');
      const name = actual === undefined ? item : `${actual[0]?.toUpperCase()}${actual.slice(1)}`;
      const properties = types.get(name);
      assert.ok(properties, `${at}: there is no type ${name}`);
      let seen = 0;
      for (const [key, each] of Object.entries(value)) {
        if (key.includes('@')) continue;
        const declared = properties.get(key);
        assert.ok(declared, `${at}: ${name} has no property ${key}`);
        seen += 1 + check(each, declared, `${at}/${key}`);
      }
      return seen;
    }
    const members = enums.get(item);
    if (members?.size)
      for (const part of String(value).split(',')) assert.ok(members.has(part), `${at}: ${item} ${part}`);
    else assert.equal(typeof value, item, at);
    return 0;
  }

  test('has every property of our types, with a type that ours fits', () => {
    // The compiler has decided; a misfit does not get here.
    assert.deepEqual([settings, vpn, wiFi, email, app, audit, root], Array(7).fill(true));
  });

  test('knows every name and every enumeration member of our answers, of each type and at every depth', async () => {
    for (const [name, own] of Object.entries(profiles)) {
      await send('POST', '/deviceConfigurations', { '@odata.type': `#microsoft.graph.${name}`, ...profile, ...own });
    }
    assert.ok(check(await send('GET', ''), 'DeviceManagement', 'deviceManagement') >= 4);
    const { value: allSettings } = await send('GET', '/derivedCredentials');
    assert.equal(allSettings.length, 1);
    assert.equal(check(allSettings, 'DeviceManagementDerivedCredentialSettings[]', 'settings'), 6);
    const { value: allProfiles } = await send('GET', '/deviceConfigurations');
    assert.equal(allProfiles.length, 8);
    const seen = check(allProfiles, 'DeviceConfiguration[]', 'profiles');
    assert.ok(seen > 200, `${seen} properties were seen`);
    const { value: events } = await send('GET', '/auditEvents');
    assert.ok(check(events, 'AuditEvent[]', 'audit') > 100);
  });
});
