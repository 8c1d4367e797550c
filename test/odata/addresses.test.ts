// Paths → addresses, and the methods that each answers to.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import { isA, isReference } from '../../src/edm/index.js';
import { deviceConfiguration, model } from '../../src/model/index.js';
import { actionOf } from '../../src/odata/index.js';
import type { Address, Navigation } from '../../src/plan/index.js';
import { addressOf, refused } from './requests.js';

/** An address in a few words, so that a table can hold it. */
function words(address: Address): string {
  switch (address.kind) {
    case 'singleton':
      return address.singleton.name;
    case 'collection':
      return `${within(address)}${address.set.name}${address.cast ? ` as ${address.type.name}` : ''}`;
    case 'entity':
      return `${within(address)}${address.set.name} [${address.key}]${address.cast ? ` as ${address.type.name}` : ''}`;
    case 'related': {
      const target = `${address.property.name} in ${address.set.name}${address.cast ? ` as ${address.type.name}` : ''}`;
      return `${words(address.source)} > ${target}`;
    }
    case 'reference':
      return `${words(address.related)} $ref`;
    case 'references':
      return `${words(address.collection)} $ref`;
    case 'memberReference':
      return `${words(address.member)} $ref`;
    case 'property': {
      const steps = address.path.map(({ property, cast }) => `${property.name}${cast ? ` as ${cast.name}` : ''}`);
      return `${words(address.of)} . ${steps.join('/')}${address.raw ? ' $value' : ''}`;
    }
    case 'count':
      return `${words(address.collection)} $count`;
    case 'action':
      return `${words(address.on)} ! ${address.action.name}`;
    case 'function':
      return `${words(address.on)} ? ${address.function.name} ${JSON.stringify(address.values)}`;
  }
}

function within({ within: membership }: { within: Navigation | undefined }): string {
  return membership ? `${words(membership.source)} > ${membership.property.name} in ` : '';
}

const id = 'bc650741-0741-bc65-4107-65bc410765bc';
const profile = `/beta/deviceManagement/deviceConfigurations/${id}`;
const vpn = `${profile}/microsoft.graph.iosVpnConfiguration`;
const wifi = `${profile}/microsoft.graph.iosEnterpriseWiFiConfiguration`;
const vpnWords = `deviceConfigurations [${id}] as iosVpnConfiguration`;
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
  ['/beta/deviceManagement/deviceConfigurations/$ref', 'deviceConfigurations $ref'],
  [`${profile}/$ref`, `deviceConfigurations [${id}] $ref`],
  ['/beta/ME', 'me'],
  ['/beta/Organization', 'organization'],
  ["/beta/organization('a')", 'organization [a]'],
  ['/beta/organization/a/DISPLAYNAME', 'organization [a] . displayName'],
  ['/beta/DEVICEMANAGEMENT/subscriptionState/$VALUE', 'deviceManagement . subscriptionState $value'],
  ['/beta/deviceManagement/roleScopeTags/0', 'roleScopeTags [0]'],
  ['/beta/deviceManagement/deviceConfigurations/$COUNT', 'deviceConfigurations $count'],
  [
    '/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration/$count',
    'deviceConfigurations as iosVpnConfiguration $count',
  ],
  [`${profile}/displayname`, `deviceConfigurations [${id}] . displayName`],
  [`${profile}/displayName/$value`, `deviceConfigurations [${id}] . displayName $value`],
  [`${vpn}/server/address/$value`, `${vpnWords} . server/address $value`],
  [
    `${vpn}/proxyServer/microsoft.graph.windows81VpnProxyServer/address`,
    `${vpnWords} . proxyServer as windows81VpnProxyServer/address`,
  ],
  [`${profile}/derivedCredentialSettings/helpUrl`, `deviceConfigurations [${id}] > ${bound} . helpUrl`],
  [
    `${profile}/identityCertificate/microsoft.graph.iosScepCertificateProfile/rootCertificate`,
    `deviceConfigurations [${id}] > identityCertificate in deviceConfigurations as iosScepCertificateProfile > rootCertificate in deviceConfigurations`,
  ],
  [`${profile}/assignments`, `deviceConfigurations [${id}] > assignments in assignments`],
  [`${profile}/assignments('a')`, `deviceConfigurations [${id}] > assignments in assignments [a]`],
  [`${profile}/assignments/a/target`, `deviceConfigurations [${id}] > assignments in assignments [a] . target`],
  [`${vpn}/assignments/$count`, `${vpnWords} > assignments in assignments $count`],
  [`${profile}/deviceStatusOverview`, `deviceConfigurations [${id}] > deviceStatusOverview in deviceStatusOverview`],
  [
    `${profile}/groupAssignments/a/deviceConfiguration/assign`,
    `deviceConfigurations [${id}] > groupAssignments in groupAssignments [a] > deviceConfiguration in deviceConfigurations ! assign`,
  ],
  [`${vpn}/microsoft.graph.assign`, `${vpnWords} ! assign`],
  [
    `${wifi}/rootCertificatesForServerValidation/$ref`,
    `deviceConfigurations [${id}] as iosEnterpriseWiFiConfiguration > rootCertificatesForServerValidation in deviceConfigurations $ref`,
  ],
  [
    `${wifi}/rootCertificatesForServerValidation/a/$ref`,
    `deviceConfigurations [${id}] as iosEnterpriseWiFiConfiguration > rootCertificatesForServerValidation in deviceConfigurations [a] $ref`,
  ],
  ['/beta/deviceManagement/auditEvents/getAuditCategories', 'auditEvents ? getAuditCategories {}'],
  ['/beta/deviceManagement/auditEvents/microsoft.graph.GETAUDITCATEGORIES()', 'auditEvents ? getAuditCategories {}'],
  [
    "/beta/deviceManagement/auditEvents/getAuditActivityTypes(Category%20=%20'a''b,(c)')",
    `auditEvents ? getAuditActivityTypes {"category":"a'b,(c)"}`,
  ],
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
  ['/beta/deviceManagement/$ref', 'segmentNotFound', '$ref'],
  ['/beta/me/$ref', 'segmentNotFound', '$ref'],
  [`/beta/deviceManagement/derivedCredentials/${id}/derivedCredentialSettings`, 'segmentNotFound'],
  [`${profile}/ssid`, 'segmentNotFound', 'ssid'],
  [`${profile}/$count`, 'segmentNotFound', '$count'],
  [`${profile}/$value`, 'segmentNotFound', '$value'],
  [`${profile}/displayName/$count`, 'segmentNotFound', '$count'],
  [`${profile}/displayName/$value/$value`, 'segmentNotFound', '$value'],
  [`${profile}/roleScopeTagIds/$value`, 'segmentNotFound', '$value'],
  [`${vpn}/server/$value`, 'segmentNotFound', '$value'],
  [`${vpn}/server/port`, 'segmentNotFound', 'port'],
  [`${vpn}/server/microsoft.graph.keyValue`, 'segmentNotFound', 'microsoft.graph.keyValue'],
  [`${profile}/derivedCredentialSettings('x')`, 'segmentNotFound'],
  [`${profile}/$ref/displayName`, 'segmentNotFound', 'displayName'],
  ['/beta/deviceManagement/deviceConfigurations/$ref/a', 'segmentNotFound', 'a'],
  [`${profile}/assign/$count`, 'segmentNotFound', '$count'],
  [`${profile}/assign()`, 'segmentNotFound', 'assign()'],
  ['/beta/deviceManagement/derivedCredentials/a/assign', 'segmentNotFound', 'assign'],
  ['/beta/deviceManagement/deviceConfigurations/$count/$count', 'segmentNotFound', '$count'],
  ['/beta/me/manager', 'segmentNotFound', 'manager'],
  ["/beta/me('x')", 'segmentNotFound'],
  ['/beta/organization()', 'malformedKey'],
  ['/beta/deviceManagement/auditEvents/getAuditActivityTypes', 'parameterMissing', 'category'],
  ['/beta/deviceManagement/auditEvents/getAuditActivityTypes()', 'parameterMissing', 'category'],
  ["/beta/deviceManagement/auditEvents/getAuditActivityTypes(categories='a')", 'parameterUnknown', 'categories'],
  ["/beta/deviceManagement/auditEvents/getAuditCategories(category='a')", 'parameterUnknown', 'category'],
  ['/beta/deviceManagement/auditEvents/getAuditActivityTypes(category=a)', 'parameterInvalid', 'category'],
  ["/beta/deviceManagement/auditEvents/getAuditActivityTypes(category='a'b)", 'parameterInvalid'],
  ["/beta/deviceManagement/auditEvents/getAuditActivityTypes('a')", 'parameterInvalid'],
  ["/beta/deviceManagement/auditEvents/getAuditActivityTypes(category='a',)", 'parameterInvalid'],
  ["/beta/deviceManagement/auditEvents/getAuditActivityTypes(category='a',Category='a')", 'parameterInvalid'],
  ['/beta/deviceManagement/auditEvents/getAuditActivityTypes(category=null)', 'parameterInvalid', 'category'],
  [`/beta/deviceManagement/auditEvents/getAuditActivityTypes(category='${'a'.repeat(1025)}')`, 'tooLong', 'category'],
  [`${profile}/constructor`, 'segmentNotFound', 'constructor'],
  [`${profile}/__proto__`, 'segmentNotFound', '__proto__'],
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
    [profile.replace('deviceConfigurations', 'roleScopeTags'), { GET: 'read' }],
    ['/beta/organization', { GET: 'list' }],
    ['/beta/me', { GET: 'readSingleton' }],
    [`${profile}/assignments`, { GET: 'list', POST: 'create' }],
    [`${profile}/assignments/a`, { GET: 'read', PATCH: 'update', DELETE: 'delete' }],
    [`${profile}/groupAssignments`, { GET: 'list' }],
    [`${profile}/groupAssignments/a/deviceConfiguration`, { GET: 'read', PATCH: 'update' }],
    [`${profile}/groupAssignments/a/deviceConfiguration/$ref`, { GET: 'readReference' }],
    [`${profile}/deviceStatusOverview`, { GET: 'read' }],
    [`${profile}/displayName`, { GET: 'readProperty' }],
    [`${profile}/displayName/$value`, { GET: 'readProperty' }],
    [`${profile}/assignments/$count`, { GET: 'count' }],
    [`${profile}/assign`, { POST: 'invokeAction' }],
    ['/beta/deviceManagement/auditEvents/getAuditCategories()', { GET: 'callFunction' }],
    [`${wifi}/rootCertificatesForServerValidation`, { GET: 'list' }],
    [`${wifi}/rootCertificatesForServerValidation/a`, { GET: 'read', PATCH: 'update' }],
    [
      `${wifi}/rootCertificatesForServerValidation/$ref`,
      { GET: 'listReferences', POST: 'addReference', DELETE: 'removeReference' },
    ],
    [`${wifi}/rootCertificatesForServerValidation/a/$ref`, { GET: 'readReference', DELETE: 'removeReference' }],
    ['/beta/deviceManagement/deviceConfigurations/$ref', { GET: 'listReferences' }],
    [`${profile}/$ref`, { GET: 'readReference' }],
    [`${profile}/assignments/$ref`, { GET: 'listReferences' }],
    [`${profile}/assignments/a/$ref`, { GET: 'readReference' }],
    [`${profile}/deviceStatusOverview/$ref`, { GET: 'readReference' }],
    [
      `${wifi}/rootCertificatesForServerValidation/microsoft.graph.iosTrustedRootCertificate/$ref`,
      { GET: 'listReferences' },
    ],
    [`${related}/$ref`, { GET: 'readReference', PUT: 'setReference', DELETE: 'removeReference' }],
  ];
  for (const [url, actions] of offered) {
    it(`of ${url} is one of ${Object.keys(actions)}, and HEAD where there is GET; any other is refused with these in Allow`, () => {
      const address = addressOf(url);
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'get', 'constructor', '']) {
        const expected = actions[method === 'HEAD' ? 'GET' : method];
        if (Object.hasOwn(actions, method === 'HEAD' ? 'GET' : method)) {
          assert.equal(actionOf(method, address), expected);
        } else {
          const { headers, status } = refused(() => actionOf(method, address), 'methodNotAllowed');
          assert.equal(status, 405);
          const allowed = Object.keys(actions).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
          assert.deepEqual(headers.allow?.split(', ').sort(), ['OPTIONS', ...allowed].sort());
        }
      }
    });
  }
});
