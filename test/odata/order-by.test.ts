// $orderby: text → keys, and what is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditEvents, deviceConfiguration, model } from '../../src/model/index.js';
import { parseOrderBy } from '../../src/odata/order-by.js';
import { limits, refused } from './requests.js';
import { words } from './words.js';

const keys = (text: string, type = deviceConfiguration): string =>
  parseOrderBy(text, type, model, { limits })
    .map(({ expression, descending }) => `${words(expression)}${descending ? ' desc' : ''}`)
    .join(', ');

describe('$orderby', () => {
  const understood: readonly (readonly [string, string])[] = [
    ['displayName', 'displayName'],
    ['displayName asc', 'displayName'],
    ['DisplayName DESC,version', 'displayName desc, version'],
    ['version add 1 desc , length(displayName)', '(add version 1) desc, (length displayName)'],
    ["displayName eq 'a' desc", '(eq displayName "a") desc'],
    ['derivedCredentialSettings/issuer', 'derivedCredentialSettings/issuer'],
    ['microsoft.graph.iosVpnConfiguration/server/address', 'iosVpnConfiguration/server/address'],
    ['roleScopeTagIds/$count desc', '(count roleScopeTagIds) desc'],
  ];
  for (const [text, expected] of understood) {
    it(`${text} means ${expected}`, () => assert.equal(keys(text), expected));
  }

  it('is refused where it is malformed, or names what has no order', () => {
    for (const [text, reason] of [
      ['', /an expression is missing at position 0/],
      ['displayName,', /an expression is missing at position 12/],
      ['displayName down', /'down' is neither asc nor desc at position 12/],
      ['displayName desc asc', /'asc' is not expected at position 17/],
      ["binary'AAAA'", /no order/],
    ] as const) {
      const { message } = refused(() => keys(text), 'filterInvalid', '$orderby');
      assert.match(message, reason);
      assert.match(message, /^Invalid orderby clause: /);
    }
    refused(() => keys('nope'), 'propertyNotFound', '$orderby');
    refused(() => keys('roleScopeTagIds'), 'filterNotSupported', '$orderby');
    refused(() => keys('actor', auditEvents.type), 'filterNotSupported', '$orderby');
    refused(() => keys('('.repeat(1000)), 'filterTooDeep', '$orderby');
    refused(() => keys(Array(600).fill('version').join()), 'filterTooLarge', '$orderby');
  });
});
