// Paths → addresses, and the methods that each answers to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import { isA, isReference } from '../../src/edm/index.js';
import { deviceConfiguration, model } from '../../src/model/index.js';
import { actionOf } from '../../src/odata/index.js';
import type { Address } from '../../src/plan/index.js';
import { addressOf, refused } from './requests.js';

/** An address in a few words, so that a table can hold it. */
function words(address: Address): string {
  switch (address.kind) {
    case 'singleton':
      return address.singleton.name;
    case 'collection':
      return `${address.set.name}${address.cast ? ` as ${address.type.name}` : ''}`;
    case 'entity':
      return `${address.set.name} [${address.key}]${address.cast ? ` as ${address.type.name}` : ''}`;
    case 'related':
      return `${words(address.source)} > ${address.property.name} in ${address.set.name}`;
    case 'reference':
      return `${words(address.related)} $ref`;
  }
}

const id = 'bc650741-0741-bc65-4107-65bc410765bc';
const profile = `/beta/deviceManagement/deviceConfigurations/${id}`;
const bound = 'derivedCredentialSettings in derivedCredentials';

const addresses: readonly (readonly [string, string])[] = [
  ['/beta/deviceManagement', 'deviceManagement'],
  ['/BETA/DeviceManagement/', 'deviceManagement'],
  ['/beta//deviceManagement', 'deviceManagement'],
  ['/beta/deviceManagement?$select=id', 'deviceManagement'],
  ['/beta/deviceManagement/derivedCredentials', 'derivedCredentials'],
  ['/beta/devicemanagement/DERIVEDCREDENTIALS/', 'derivedCredentials'],
  ['/beta/%64eviceManagement/derived%43redentials', 'derivedCredentials'],
  [`/beta/deviceManagement/derivedCredentials/${id}`, `derivedCredentials [${id}]`],
  [`/beta/deviceManagement/derivedCredentials('${id}')`, `derivedCredentials [${id}]`],
  [`/beta/deviceManagement/derivedCredentials(%27${id}%27)`, `derivedCredentials [${id}]`],
  [`/beta/deviceManagement/derivedCredentials(id='${id}')`, `derivedCredentials [${id}]`],
  [`/beta/deviceManagement/derivedCredentials(ID='${id}')`, `derivedCredentials [${id}]`],
  ["/beta/deviceManagement/derivedCredentials('a''b')", "derivedCredentials [a'b]"],
  ["/beta/deviceManagement/derivedCredentials('a(b)')", 'derivedCredentials [a(b)]'],
  ['/beta/deviceManagement/derivedCredentials/a%20b', 'derivedCredentials [a b]'],
  ['/beta/deviceManagement/derivedCredentials/a%2527b', 'derivedCredentials [a%27b]'],
  [`/beta/deviceManagement/derivedCredentials/${'k'.repeat(256)}`, `derivedCredentials [${'k'.repeat(256)}]`],
  ['/beta/deviceManagement/deviceConfigurations', 'deviceConfigurations'],
  [
    '/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration',
    'deviceConfigurations as iosVpnConfiguration',
  ],
  [
    '/beta/deviceManagement/deviceConfigurations/Microsoft.Graph.IOSVPNCONFIGURATION',
    'deviceConfigurations as iosVpnConfiguration',
  ],
  [
    `/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration/${id}`,
    `deviceConfigurations [${id}] as iosVpnConfiguration`,
  ],
  [
    `/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration('${id}')`,
    `deviceConfigurations [${id}] as iosVpnConfiguration`,
  ],
  [
    `${profile}/microsoft.graph.appleVpnConfiguration/microsoft.graph.iosVpnConfiguration`,
    `deviceConfigurations [${id}] as iosVpnConfiguration`,
  ],
  [
    `${profile}/microsoft.graph.iosVpnConfiguration/microsoft.graph.deviceConfiguration`,
    `deviceConfigurations [${id}] as iosVpnConfiguration`,
  ],
  [`${profile}/microsoft.graph.entity`, `deviceConfigurations [${id}] as deviceConfiguration`],
  ['/beta/deviceManagement/auditEvents/a', 'auditEvents [a]'],

  // The six routes of the update.
  [`/beta/deviceManagement/derivedCredentials/${id}`, `derivedCredentials [${id}]`],
  [`${profile}/derivedCredentialSettings`, `deviceConfigurations [${id}] > ${bound}`],
  [`${profile}/DerivedCredentialSettings/`, `deviceConfigurations [${id}] > ${bound}`],
  ...['iosVpn', 'iosEnterpriseWiFi', 'iosEasEmailProfile', 'iosDerivedCredentialAuthentication'].map(
    (name) =>
      [
        `${profile}/microsoft.graph.${name}Configuration/derivedCredentialSettings`,
        `deviceConfigurations [${id}] as ${name}Configuration > ${bound}`,
      ] as const,
  ),
  [`${profile}/derivedCredentialSettings/$ref`, `deviceConfigurations [${id}] > ${bound} $ref`],
  [`${profile}/derivedCredentialSettings/%24REF`, `deviceConfigurations [${id}] > ${bound} $ref`],
];

const refusals: readonly (readonly [string, RefusalName, string?])[] = [
  ['/', 'invalidVersion'],
  ['', 'invalidVersion'],
  ['/v2.0/deviceManagement', 'invalidVersion', 'v2.0'],
  ['/v1.0', 'segmentNotFound'],
  ['/v1.0/deviceManagement/derivedCredentials', 'onlyInBeta', 'derivedCredentials'],
  [`/V1.0/deviceManagement/deviceConfigurations/${id}`, 'onlyInBeta', 'deviceConfigurations'],
  ['/v1.0/deviceManagement', 'onlyInBeta', 'deviceManagement'],
  ['/v1.0/deviceManagement/nothing', 'segmentNotFound', 'nothing'],
  ['/beta', 'segmentNotFound'],
  ['/beta/users', 'segmentNotFound', 'users'],
  ['/beta/deviceManagement/managedDevices', 'segmentNotFound', 'managedDevices'],
  ["/beta/deviceManagement('x')", 'segmentNotFound'],
  ['/beta/deviceManagement/derivedCredentials/$count', 'segmentNotFound', '$count'],
  ['/beta/deviceManagement/deviceConfigurations/$ref', 'segmentNotFound', '$ref'],
  [`/beta/deviceManagement/derivedCredentials/${id}/displayName`, 'segmentNotFound', 'displayName'],
  [`/beta/deviceManagement/derivedCredentials/${id}/derivedCredentialSettings`, 'segmentNotFound'],
  [`${profile}/constructor`, 'segmentNotFound', 'constructor'],
  [`${profile}/__proto__`, 'segmentNotFound', '__proto__'],
  [`${profile}/assignments`, 'segmentNotFound', 'assignments'],
  [`${profile}/derivedCredentialSettings/helpUrl`, 'segmentNotFound', 'helpUrl'],
  [`${profile}/derivedCredentialSettings/$ref/$ref`, 'segmentNotFound', '$ref'],
  [`${profile}/microsoft.graph.iosUpdateConfiguration`, 'segmentNotFound', 'microsoft.graph.iosUpdateConfiguration'],
  [`${profile}/microsoft.graph.vpnServer`, 'segmentNotFound', 'microsoft.graph.vpnServer'],
  [`${profile}/iosVpnConfiguration`, 'segmentNotFound', 'iosVpnConfiguration'],
  [`${profile}/microsoft.graph.iosWiFiConfiguration/server`, 'segmentNotFound', 'server'],
  [`${profile}/microsoft.graph.appleVpnConfiguration/derivedcredentials`, 'segmentNotFound', 'derivedcredentials'],
  [`${profile}/microsoft.graph.auditEvent`, 'castNotDerived', 'microsoft.graph.auditEvent'],
  [
    `${profile}/microsoft.graph.iosVpnConfiguration/microsoft.graph.iosWiFiConfiguration`,
    'castNotDerived',
    'microsoft.graph.iosWiFiConfiguration',
  ],
  ['/beta/deviceManagement/derivedCredentials/microsoft.graph.iosVpnConfiguration', 'castNotDerived'],
  ['/beta/deviceManagement/derivedCredentials()', 'malformedKey'],
  ["/beta/deviceManagement/derivedCredentials('')", 'malformedKey'],
  ["/beta/deviceManagement/derivedCredentials('a'b')", 'malformedKey'],
  ["/beta/deviceManagement/derivedCredentials('a')('b')", 'malformedKey'],
  ['/beta/deviceManagement/derivedCredentials(a)', 'malformedKey'],
  ["/beta/deviceManagement/derivedCredentials(name='a')", 'malformedKey'],
  [`/beta/deviceManagement/derivedCredentials/${'k'.repeat(257)}`, 'malformedKey'],
  [`/beta/deviceManagement/derivedCredentials('${'k'.repeat(257)}')`, 'malformedKey'],
  ['//beta/deviceManagement', 'malformedUrl'],
  ['/beta///deviceManagement', 'malformedUrl'],
  ['/beta/deviceManagement//derivedCredentials', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials//', 'malformedUrl'],
  ['/beta/./deviceManagement', 'malformedUrl'],
  ['/beta/deviceManagement/../users', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/%2e%2e', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/%zz', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/%', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/%ff', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/%ed%a0%80', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/a%00', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/a%0d%0ab', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/a%C2%85b', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/a%2fb', 'malformedUrl'],
  ['/beta/deviceManagement%2FderivedCredentials', 'malformedUrl'],
  ['/beta/deviceManagement/derivedCredentials/a%5cb', 'malformedUrl'],
  [`/beta${'/deviceManagement'.repeat(100_000)}`, 'malformedUrl'],
  [`${profile}${'/microsoft.graph.iosVpnConfiguration'.repeat(30)}`, 'malformedUrl'],
];

describe('a path', () => {
  for (const [url, expected] of addresses) {
    it(`${url.slice(0, 120)} is ${expected.slice(0, 100)}`, () => assert.equal(words(addressOf(url)), expected));
  }
  for (const [url, refusal, target] of refusals) {
    it(`${url.slice(0, 120) || '(empty)'} is refused: ${refusal}`, () => {
      refused(() => addressOf(url), refusal, target);
    });
  }
  it('is refused in the words of Graph', () => {
    const { message } = refused(() => addressOf('/beta/deviceManagement/nope'), 'segmentNotFound', 'nope');
    assert.equal(message, "Resource not found for the segment 'nope'.");
  });
  it('leads each navigation property to the set of its target, by the casts of all types that have it', () => {
    for (const type of model.withDerived(deviceConfiguration)) {
      for (const property of type.ownNavigationProperties.filter(isReference)) {
        const address = addressOf(`${profile}/microsoft.graph.${type.name}/${property.name}`);
        assert.ok(address.kind === 'related');
        assert.equal(address.property, property);
        assert.ok(isA(property.target(), address.set.type));
      }
    }
  });
});

describe('a method', () => {
  const related = `${profile}/derivedCredentialSettings`;
  const offered: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['/beta/deviceManagement', { GET: 'readSingleton' }],
    ['/beta/deviceManagement/derivedCredentials', { GET: 'list', POST: 'create' }],
    [
      '/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration',
      { GET: 'list', POST: 'create' },
    ],
    ['/beta/deviceManagement/auditEvents', { GET: 'list' }],
    [profile, { GET: 'read', PATCH: 'update', DELETE: 'delete' }],
    ['/beta/deviceManagement/auditEvents/a', { GET: 'read' }],
    [related, { GET: 'read', PATCH: 'update' }],
    [`${related}/$ref`, { GET: 'readReference', PUT: 'setReference', DELETE: 'removeReference' }],
  ];
  for (const [url, actions] of offered) {
    it(`of ${url} is one of ${Object.keys(actions)}, and HEAD; any other is refused with these in Allow`, () => {
      const address = addressOf(url);
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'get', 'constructor', '']) {
        const expected = actions[method === 'HEAD' ? 'GET' : method];
        if (Object.hasOwn(actions, method === 'HEAD' ? 'GET' : method)) {
          assert.equal(actionOf(method, address), expected);
        } else {
          const { headers, status } = refused(() => actionOf(method, address), 'methodNotAllowed');
          assert.equal(status, 405);
          assert.deepEqual(headers.allow?.split(', ').sort(), ['HEAD', 'OPTIONS', ...Object.keys(actions)].sort());
        }
      }
    });
  }
});
