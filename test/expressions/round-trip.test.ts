// Expressions printed and parsed again are the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  auditEvents,
  derivedCredentials,
  deviceConfigurations,
  iosVpnConfiguration,
  model,
} from '../../src/model/index.js';
import { parseFilter } from '../../src/odata/filter.js';
import { parseOrderBy } from '../../src/odata/order-by.js';
import { diceOf, randomCondition, randomKey } from './arbitrary.js';
import { print } from './print.js';
import { always } from './runs.js';

const limits = { depth: 1000, nodes: 100_000, list: 1000 };
const types = [deviceConfigurations.type, iosVpnConfiguration, derivedCredentials.type, auditEvents.type];

/** Fails with the text, which says more than the tree. */
function same(text: string, parse: () => unknown, expected: unknown): void {
  let parsed: unknown;
  try {
    parsed = parse();
  } catch (error) {
    assert.fail(`${text}\n${error}`);
  }
  assert.ok(isDeepStrictEqual(parsed, expected), text);
}

describe('an expression that is printed and parsed again is the same', () => {
  for (const type of types) {
    it(`as a filter on ${type.name}`, () =>
      always(300, (seed) => {
        const expression = randomCondition(diceOf(seed), type, 4);
        const text = print(expression);
        same(text, () => parseFilter(text, type, model, { limits }), expression);
      }));

    it(`as keys of an order of ${type.name}`, () =>
      always(100, (seed) => {
        const dice = diceOf(seed);
        const keys = [randomKey(dice, type), randomKey(dice, type)];
        const text = keys.map(({ expression, descending }) => print(expression) + (descending ? ' desc' : '')).join();
        same(text, () => parseOrderBy(text, type, model, { limits }), keys);
      }));
  }
});
