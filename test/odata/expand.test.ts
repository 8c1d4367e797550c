// $expand as a tree: through casts, with nested options, within its limits.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import type { Expansion } from '../../src/plan/index.js';
import { operation, refused } from './requests.js';

const profile = '/deviceConfigurations/bc650741-0741-bc65-4107-65bc410765bc';
const vpn = '/deviceConfigurations/microsoft.graph.iosVpnConfiguration';

function expansions(path: string, expand: string): readonly Expansion[] {
  const read = operation('GET', `${path}?$expand=${encodeURIComponent(expand)}`);
  assert.ok(read.kind === 'list' || read.kind === 'read');
  return read.query.expand;
}

function only(path: string, expand: string): Expansion {
  const [first, ...others] = expansions(path, expand);
  assert.ok(first);
  assert.deepEqual(others, []);
  return first;
}

describe('$expand', () => {
  it('names a navigation property in any case, on lists, entities and what they lead to', () => {
    for (const path of ['/deviceConfigurations', vpn, profile, `${profile}/microsoft.graph.iosVpnConfiguration`]) {
      const { property, set, type } = only(path, 'DerivedCredentialSettings');
      assert.equal(property.name, 'derivedCredentialSettings');
      assert.equal(set.name, 'derivedCredentials');
      assert.equal(type.name, 'deviceManagementDerivedCredentialSettings');
    }
  });

  it('goes through a cast, and without one stands for every type that has the property', () => {
    const cast = only('/deviceConfigurations', 'microsoft.graph.iosVpnConfiguration/derivedCredentialSettings');
    assert.equal(cast.on.name, 'iosVpnConfiguration');
    assert.equal(only('/deviceConfigurations', 'derivedCredentialSettings').on.name, 'deviceConfiguration');
    const two = expansions(
      '/deviceConfigurations',
      'microsoft.graph.iosVpnConfiguration/derivedCredentialSettings,microsoft.graph.iosEasEmailProfileConfiguration/derivedCredentialSettings',
    );
    assert.deepEqual(
      two.map(({ on }) => on.name),
      ['iosVpnConfiguration', 'iosEasEmailProfileConfiguration'],
    );
  });

  it('has options of its own, separated by semicolons, with $ or without', () => {
    const { query } = only(vpn, 'derivedCredentialSettings($select=issuer,helpUrl;levels=1)');
    assert.deepEqual(
      query.select?.map(({ name }) => name),
      ['helpUrl', 'issuer'],
    );
  });

  it('of * is every navigation property, what is named beside it keeps its options', () => {
    const all = expansions(vpn, '*,derivedCredentialSettings($select=id)');
    const settings = all.find(({ property }) => property.name === 'derivedCredentialSettings');
    assert.equal(settings?.query.select?.length, 1);
    assert.equal(all.filter(({ property }) => property.name === 'derivedCredentialSettings').length, 1);
    assert.ok(expansions('/deviceConfigurations', '*').some(({ property }) => property === settings?.property));
  });

  it('of /$ref asks for references alone', () => {
    assert.equal(only(vpn, 'derivedCredentialSettings/$ref').references, true);
    assert.equal(only(vpn, 'derivedCredentialSettings').references, false);
  });

  const refusals: readonly (readonly [string, RefusalName, string])[] = [
    ['', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings,', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings,derivedCredentialSettings', 'optionInvalid', '$expand'],
    [
      'derivedCredentialSettings,microsoft.graph.iosVpnConfiguration/derivedCredentialSettings',
      'optionInvalid',
      '$expand',
    ],
    ['nothing', 'propertyNotFound', '$expand'],
    ['displayName', 'optionInvalid', '$expand'],
    ['microsoft.graph.iosVpnConfiguration', 'optionInvalid', '$expand'],
    ['microsoft.graph.nothing/derivedCredentialSettings', 'unknownType', '$expand'],
    ['microsoft.graph.auditEvent/derivedCredentialSettings', 'castNotDerived', '$expand'],
    ['derivedCredentialSettings/issuer', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings/$count', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings/$ref/$ref', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings(', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings)', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings($select=id)x', 'optionInvalid', '$expand'],
    ["derivedCredentialSettings($filter=id eq ')", 'optionInvalid', '$expand'],
    ['derivedCredentialSettings()', 'optionInvalid', '$expand'],
    ['derivedCredentialSettings($filter=true)', 'optionNotSupported', '$filter'],
    ['derivedCredentialSettings($skiptoken=x)', 'optionNotSupported', '$skiptoken'],
    ['derivedCredentialSettings($apply=x)', 'optionNotSupported', '$apply'],
    ['derivedCredentialSettings($nope=1)', 'optionUnknown', '$nope'],
    ['derivedCredentialSettings(nope=1)', 'optionUnknown', 'nope'],
    ['derivedCredentialSettings($select=nothing)', 'propertyNotFound', '$select'],
    ['derivedCredentialSettings($select=id;select=id)', 'optionRepeated', '$select'],
    ['derivedCredentialSettings($levels=0)', 'optionInvalid', '$levels'],
    ['derivedCredentialSettings($levels=x)', 'optionInvalid', '$levels'],
  ];
  for (const [expand, refusal, target] of refusals) {
    it(`of ${expand.slice(0, 80) || 'nothing'} is refused: ${refusal}`, () => {
      refused(() => expansions('/deviceConfigurations', expand), refusal, target);
    });
  }
});
