// What an audit tells of a change, and what it keeps to itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedProperties } from '../../src/domain/index.js';
import { complex, complexes, complexType, entityType, string } from '../../src/edm/index.js';

const inner = complexType('inner', { properties: { name: string(), phrase: string({ secret: true }) } });
const account = complexType('account', {
  properties: { name: string(), password: string({ secret: true }), inner: complex(inner) },
});
const thing = entityType('thing', {
  properties: {
    displayName: string(),
    account: complex(account),
    accounts: complexes(account),
    sealed: complex(inner, { secret: true }),
  },
});

const filled = (secret: string, name = 'a') => ({ name, password: secret, inner: { name: 'i', phrase: secret } });
const masked = { name: 'a', password: '****', inner: { name: 'i', phrase: '****' } };

describe('the account of a change', () => {
  it('shows complex values, and masks what is secret in them at any depth', () => {
    assert.deepEqual(changedProperties(thing, { account: filled('one') }, { account: filled('two') }), [
      { displayName: 'account', oldValue: JSON.stringify(masked), newValue: JSON.stringify(masked) },
    ]);
    const [created] = changedProperties(thing, undefined, { accounts: [filled('one'), { name: 'b', password: null }] });
    assert.deepEqual(JSON.parse(created?.newValue ?? ''), [masked, { name: 'b', password: null }]);
    assert.equal(created?.oldValue, null);
  });

  it('masks a complex value that is secret as a whole', () => {
    const [change] = changedProperties(thing, { sealed: null }, { sealed: { name: 'x', phrase: 'y' } });
    assert.deepEqual(change, { displayName: 'sealed', oldValue: null, newValue: '****' });
  });

  it('leaves out what stays as it is', () => {
    assert.deepEqual(changedProperties(thing, { account: filled('one') }, { account: filled('one') }), []);
  });
});
