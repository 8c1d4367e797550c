// $select as a tree: nested, through casts, in the order of the model.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import type { Selection } from '../../src/plan/index.js';
import { operation, refused } from './requests.js';

const vpn = '/deviceConfigurations/microsoft.graph.iosVpnConfiguration';

/** The selection in a few words: `server(address)`, `iosVpnConfiguration/cloudName`, `→assignments`. */
function words(selection: Selection, owner: string): string {
  if (selection === undefined) return '*';
  return selection
    .map(({ name, on, navigation, select }) => {
      const cast = on.name === owner ? '' : `${on.name}/`;
      const inner = select === undefined ? '' : `(${words(select, '')})`;
      return `${cast}${navigation ? '→' : ''}${name}${inner}`.replaceAll(/\((\w+)\/(?=\w+\))/g, '(');
    })
    .join(' ');
}

function selection(path: string, select: string): string {
  const list = operation('GET', `${path}?$select=${encodeURIComponent(select)}`);
  assert.ok(list.kind === 'list');
  return words(list.query.select, list.address.type.name);
}

describe('$select', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [vpn, 'server', 'server'],
    [vpn, 'server/address', 'server(address)'],
    [vpn, 'SERVER/Address,displayName', 'displayName server(address)'],
    [vpn, 'server($select=address)', 'server(address)'],
    [vpn, 'server(select=address),id', 'id server(address)'],
    [vpn, 'server,server/address', 'server'],
    [vpn, 'server/address,server', 'server'],
    [vpn, 'server/*', 'server'],
    [vpn, 'server/address,*', '*'],
    [vpn, 'derivedCredentialSettings,id', 'id →derivedCredentialSettings'],
    [vpn, 'microsoft.graph.deviceConfiguration/displayName', 'displayName'],
    ['/deviceConfigurations', 'id,derivedCredentialSettings', 'id →derivedCredentialSettings'],
    [
      '/deviceConfigurations',
      'microsoft.graph.iosVpnConfiguration/cloudName,displayName',
      'displayName iosVpnConfiguration/cloudName',
    ],
    ['/deviceConfigurations', '#microsoft.graph.iosVpnConfiguration/cloudName', 'iosVpnConfiguration/cloudName'],
    [
      '/deviceConfigurations',
      'microsoft.graph.iosVpnConfiguration/server/address,microsoft.graph.iosWiFiConfiguration/ssid',
      'iosVpnConfiguration/server(address) iosWiFiConfiguration/ssid',
    ],
  ];
  for (const [path, select, expected] of cases) {
    it(`of ${select} on ${path.replace(/.*\./, '')}`, () => {
      assert.equal(selection(path, select), expected);
    });
  }

  it('of * through a cast is every property of that type', () => {
    const list = operation('GET', '/deviceConfigurations?$select=microsoft.graph.iosVpnConfiguration/*');
    assert.ok(list.kind === 'list');
    const { select } = list.query;
    const [first] = select ?? [];
    assert.ok(first?.on.name === 'iosVpnConfiguration');
    assert.deepEqual(
      select?.map(({ name }) => name),
      [...first.on.properties.keys()],
    );
  });

  const refusals: readonly (readonly [string, RefusalName])[] = [
    // As Intune answers it.
    ['cloudName', 'propertyNotFound'],
    ['displayName/length', 'propertyNotFound'],
    ['nothing/address', 'propertyNotFound'],
    ['microsoft.graph.nothing/address', 'unknownType'],
    ['microsoft.graph.vpnServer/address', 'unknownType'],
    ['microsoft.graph.auditEvent/displayName', 'castNotDerived'],
    ['microsoft.graph.iosVpnConfiguration', 'optionInvalid'],
    ['derivedCredentialSettings/issuer', 'optionInvalid'],
    ['*/id', 'optionInvalid'],
    ['id,', 'optionInvalid'],
    ['/id', 'optionInvalid'],
    ['id/', 'optionInvalid'],
    ['id(', 'optionInvalid'],
    ['id)', 'optionInvalid'],
    ["'id", 'optionInvalid'],
    ['id($select=x)', 'optionInvalid'],
    ['microsoft.graph.iosVpnConfiguration/server()', 'optionInvalid'],
  ];
  for (const [select, refusal] of refusals) {
    it(`of ${select} is refused: ${refusal}`, () => {
      refused(() => selection('/deviceConfigurations', select), refusal, '$select');
    });
  }

  it('takes nothing but $select in its parentheses', () => {
    refused(() => selection(vpn, 'server($filter=true)'), 'optionNotSupported', '$filter');
    refused(() => selection(vpn, 'server($nope=true)'), 'optionUnknown', '$nope');
  });
});
