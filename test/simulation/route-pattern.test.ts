// Which requests a rule's path is for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileRoute } from '../../src/simulation/route-pattern.js';

const profile = '/beta/deviceManagement/deviceConfigurations/9a';
const cast = `${profile}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`;

describe('a path of a rule', () => {
  for (const [pattern, fitting, others] of [
    ['/**', ['/beta', '/beta/me', cast, '/beta/$batch'], []],
    [
      '/me',
      ['/beta/me', '/BETA/Me/', '/beta/me?$select=id', 'http://localhost:1/beta/me', '/beta//me'],
      ['/beta/me/x', '/beta'],
    ],
    ['/beta/me', ['/beta/me'], ['/beta/users']],
    ['/$batch', ['/beta/$batch', '/beta/%24batch'], ['/beta/batch']],
    [
      '/deviceManagement/derivedCredentials/*',
      [
        '/beta/deviceManagement/derivedCredentials/1',
        "/beta/deviceManagement/derivedCredentials('1')",
        "/beta/deviceManagement/derivedCredentials(id='1')",
      ],
      ['/beta/deviceManagement/derivedCredentials', '/beta/deviceManagement/derivedCredentials/1/issuer'],
    ],
    [
      '/deviceManagement/deviceConfigurations/{id}/derivedCredentialSettings',
      [`${profile}/derivedCredentialSettings`, cast],
      [profile, `${profile}/assignments`],
    ],
    [
      '/deviceManagement/deviceConfigurations/*/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings',
      [cast],
      [`${profile}/derivedCredentialSettings`],
    ],
    ['/deviceManagement/deviceConfigurations/**/$ref', [`${profile}/derivedCredentialSettings/$ref`], [profile]],
    ['/deviceManagement/**', ['/beta/deviceManagement', profile], ['/beta/me']],
    ['/**/derivedCredentialSettings', [cast, '/beta/derivedCredentialSettings'], [profile]],
  ] as const) {
    test(`${pattern} is for what it spells, keys in either form and casts left out`, () => {
      const matches = compileRoute(pattern);
      for (const target of fitting) assert.ok(matches(target), target);
      for (const target of others) assert.ok(!matches(target), target);
    });
  }

  test('takes no time to speak of, whatever it is and whatever it is asked', () => {
    const matches = compileRoute(`/${'**/a/'.repeat(100)}b`);
    assert.equal(matches(`/beta/${'a/'.repeat(4000)}`), false);
    assert.equal(matches(`/beta/${"a('"}${'('.repeat(8000)}')`), false);
    assert.equal(matches('/beta/%zz'), false);
  });
});
