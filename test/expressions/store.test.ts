// Random filters and orders: the store answers what a plain working-out over the same entities does.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GraphError } from '../../src/base/index.js';
import type { EntitySet, EntityType } from '../../src/edm/index.js';
import {
  derivedCredentials,
  deviceConfigurations,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
  model,
} from '../../src/model/index.js';
import { parseFilter } from '../../src/odata/filter.js';
import { parseOrderBy } from '../../src/odata/order-by.js';
import { parseSearch } from '../../src/odata/search.js';
import { type Expression, everything } from '../../src/plan/index.js';
import { openConnection } from '../../src/store/connection.js';
import { newParameters } from '../../src/store/dialect.js';
import { compileOrder, orderedBy } from '../../src/store/filter/order.js';
import { layoutOf } from '../../src/store/layout.js';
import { sqlite } from '../../src/store/sqlite/dialect.js';
import { limits } from '../odata/requests.js';
import { concreteTypes, type Dice, diceOf, randomCondition, randomKey } from './arbitrary.js';
import { compareBy, meets } from './evaluate.js';
import { type Kept, openKept } from './kept.js';
import { print } from './print.js';
import { always } from './runs.js';

let kept: Kept;
let connection: ReturnType<typeof openConnection>;
before(async () => {
  kept = await openKept();
  connection = openConnection(kept.path);
});
after(async () => {
  connection.close();
  await kept.close();
});

/** The ids that the store finds; undefined where it refuses what is too intricate for it, null where numbers may leave their range. */
async function found(set: EntitySet, type: EntityType, filter: Expression): Promise<string[] | undefined | null> {
  try {
    const { rows } = await kept.store.list(kept.tenant, { ...everything(set), type, filter });
    return rows.map(({ stored }) => stored.entity.id).sort();
  } catch (error) {
    if (error instanceof GraphError && error.refusal === 'filterTooIntricate') return undefined;
    if (error instanceof GraphError && error.refusal === 'valueOutOfRange') return null;
    throw error;
  }
}

/** The ids of the entities of the type in the order of the keys, ties by id; undefined as above. */
function ordered(set: EntitySet, keys: Parameters<typeof compileOrder>[0]): string[] | undefined {
  const layout = layoutOf(set);
  const parameters = newParameters(sqlite);
  const where = parameters.add(kept.tenant);
  try {
    const terms = compileOrder(keys, { layout, alias: 't', dialect: sqlite, parameters }).map(orderedBy);
    const sql = `SELECT t.id FROM ${layout.table} t WHERE t.tenant_id = ${where} ORDER BY ${[...terms, 't.id'].join(', ')}`;
    return connection.all(sql, parameters.values).map(([id]) => String(id));
  } catch (error) {
    if (error instanceof GraphError && ['filterTooIntricate', 'valueOutOfRange'].includes(error.refusal))
      return undefined;
    throw error;
  }
}

const cases: readonly (readonly [EntitySet, EntityType])[] = [
  [deviceConfigurations, deviceConfigurations.type],
  [deviceConfigurations, iosVpnConfiguration],
  [deviceConfigurations, iosEnterpriseWiFiConfiguration],
  [derivedCredentials, derivedCredentials.type],
];

describe('the store finds what a plain working-out does', () => {
  for (const [set, type] of cases) {
    const all = () => kept.all.filter((stored) => concreteTypes(type).includes(stored.type));

    it(`by any filter on ${type.name}`, async () => {
      let refused = 0;
      await always(250, async (seed) => {
        const dice = diceOf(seed);
        const filter = randomCondition(dice, type, dice([1, 2, 2, 3]));
        const ids = await found(set, type, filter).catch((error) => assert.fail(`${print(filter)}\n${error}`));
        if (ids === undefined) refused += 1;
        else if (ids !== null) {
          const expected = all().filter((stored) => meets(filter, stored, kept.entities));
          assert.deepEqual(ids, expected.map(({ entity }) => entity.id).sort(), print(filter));
        }
      });
      assert.ok(refused === 0, `${refused} filters were too intricate`);
    });
  }

  for (const [set, type] of [cases[0], cases[3]] as typeof cases) {
    it(`in any order of ${type.name}`, async () => {
      await always(150, async (seed) => {
        const dice = diceOf(seed);
        const keys = [randomKey(dice, type), randomKey(dice, type)];
        const text = keys.map(({ expression, descending }) => `${print(expression)} ${descending}`).join();
        const expected = kept.all
          .filter((stored) => concreteTypes(type).includes(stored.type))
          .sort((a, b) => compareBy(keys, a, b, kept.entities) || (a.entity.id < b.entity.id ? -1 : 1));
        const ids = ordered(set, keys);
        if (ids)
          assert.deepEqual(
            ids,
            expected.map(({ entity }) => entity.id),
            text,
          );
      });
    });
  }
});

describe('a text that is no expression', () => {
  const words = ['displayName', 'version', 'server', 'address', 'roleScopeTagIds', 'onDemandRules', 'assignments', 'derivedCredentialSettings', 'issuer', 'microsoft.graph.iosVpnConfiguration', 'any', 'all', 'isof', 'cast', 'now', 'year', 'substring', 'concat', 'eq', 'gt', 'in', 'has', 'and', 'or', 'not', 'add', 'div', 'mod', '-', '(', ')', '(', ')', ',', ':', '/', '[', ']', "'a'", "'", '"', '5', '0', '1.5', '1e9', 'INF', 'NaN', 'null', 'true', '2024-01-01', '2024-01-01T00:00:00Z', '10:00', "duration'P1D'", "binary'AA'", '@p', '@q', '$it', '$count', '$filter', '=', ';', '$this', 'x', 'asc', 'desc', 'OR', 'NOT', '\0', '\ud800', '\u{1f600}', ' ', ' ', ' ']; // biome-ignore format: a table
  const random = (dice: Dice): string =>
    Array.from({ length: dice([1, 2, 4, 8, 16]) }, () => dice(words)).join(dice(['', ' ']));

  it('is refused with 400 or 501, and what is one is answered', async () => {
    await always(3000, async (seed) => {
      const dice = diceOf(seed);
      const text = random(dice);
      const type = dice([deviceConfigurations.type, iosVpnConfiguration]);
      const aliases = new Map([
        ['@p', random(dice)],
        ['@q', dice(["'a'", '1', '@p'])],
      ]);
      const readings: readonly (() => Promise<unknown>)[] = [
        () => kept.store.list(kept.tenant, { ...everything(deviceConfigurations), type, filter: parseFilter(text, type, model, { limits, aliases }) }), // biome-ignore format: one line
        () =>
          kept.store.list(kept.tenant, {
            ...everything(deviceConfigurations),
            type,
            filter: parseSearch(text, type, model, { limits }),
          }),
        async () => ordered(deviceConfigurations, parseOrderBy(text, type, model, { limits, aliases })),
      ];
      for (const read of readings) {
        await (async () => read())().catch((error) => {
          const isRefusal = error instanceof GraphError && [400, 501].includes(error.status);
          if (!isRefusal) assert.fail(`${JSON.stringify(text)} ${[...aliases]}\n${error}`);
        });
      }
    });
  });
});
