// Random queries as a whole: what comes on all pages together is what a plain working-out over the same entities gives.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GraphError } from '../../src/base/index.js';
import type { EntityType } from '../../src/edm/index.js';
import {
  assignments,
  deviceConfigurations,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
  model,
} from '../../src/model/index.js';
import { parseOrderBy } from '../../src/odata/order-by.js';
import { parseSearch } from '../../src/odata/search.js';
import {
  type Expression,
  everything,
  type ListQuery,
  type OrderKey,
  type Page,
  type Position,
  type Reached,
  type Stored,
} from '../../src/plan/index.js';
import { limits } from '../odata/requests.js';
import { concreteTypes, type Dice, diceOf, randomCondition, randomKey } from './arbitrary.js';
import { compareBy, meets } from './evaluate.js';
import { type Kept, openKept } from './kept.js';
import { print } from './print.js';
import { always } from './runs.js';

let kept: Kept;
before(async () => {
  kept = await openKept();
});
after(() => kept.close());

const types = [deviceConfigurations.type, iosVpnConfiguration, iosEnterpriseWiFiConfiguration];
const allOf = (type: EntityType) => kept.all.filter((stored) => concreteTypes(type).includes(stored.type));
const idsOf = (rows: readonly Stored[]): string[] => rows.map(({ entity }) => entity.id);

/** The keys, and what decides between equals: the order of creation, the way of the last key. */
function sorted(rows: readonly Stored[], keys: readonly OrderKey[]): Stored[] {
  const creation = (a: Stored, b: Stored): number => {
    const [x, y] = [a, b].map(({ entity }) => `${entity.createdDateTime} ${entity.id}`) as [string, string];
    return (x < y ? -1 : 1) * (keys.at(-1)?.descending ? -1 : 1);
  };
  return rows.toSorted((a, b) => compareBy(keys, a, b, kept.entities) || creation(a, b));
}

/** The pages from the first to the last, each asked for by the position that the one before ended at. */
async function pagesOf(query: ListQuery): Promise<Page[]> {
  const pages: Page[] = [];
  let { skip, after: position } = query;
  do {
    const page = await kept.store.list(kept.tenant, { ...query, skip, after: position });
    pages.push(page);
    // As a skip token has it.
    position = page.next && (JSON.parse(JSON.stringify(page.next)) as Position);
    skip = 0;
  } while (position !== undefined);
  return pages;
}

/** A key whose values have more digits than most texts of numbers tell. */
function fraction(dice: Dice): OrderKey {
  const text = `length(id) divby ${dice([3, 7, 11])} add length(sourceId)`;
  return {
    ...(parseOrderBy(text, assignments.type, model, { limits })[0] as OrderKey),
    descending: dice([true, false]),
  };
}

/** Undefined where the store refuses what is too intricate for it. */
async function answered<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error) => {
    if (error instanceof GraphError && error.refusal === 'filterTooIntricate') return undefined;
    throw error;
  });
}

describe('a list in pages', () => {
  for (const type of types) {
    it(`of ${type.name} has each row once, in its order, whatever the filter, the keys, the size and what is skipped`, async () => {
      let refused = 0;
      const runs = 150;
      await always(runs, async (seed) => {
        const dice = diceOf(seed);
        const filter = dice([undefined, randomCondition(dice, type, dice([0, 1, 2]))]);
        const orderBy = Array.from({ length: dice([0, 1, 1, 2]) }, () => randomKey(dice, type));
        const [pageSize, skip] = [dice([1, 2, 3, 7, 1000]), dice([0, 0, 1, 5])];
        const count = dice([true, false]);
        const query = { ...everything(deviceConfigurations), type, filter, orderBy, pageSize, skip, count };
        const pages = await answered(pagesOf(query));
        if (!pages) {
          refused += 1;
          return;
        }
        const keys = orderBy.map(({ expression, descending }) => print(expression) + (descending ? ' desc' : ''));
        const text = `${filter && print(filter)} by ${keys} skip ${skip} top ${pageSize}`;
        const all = allOf(type).filter((stored) => !filter || meets(filter, stored, kept.entities));
        const found = pages.flatMap(({ rows }) => rows.map(({ stored }) => stored));
        assert.deepEqual(idsOf(found), idsOf(sorted(all, orderBy).slice(skip)), text);
        for (const page of pages.slice(0, -1)) assert.equal(page.rows.length, pageSize, text);
        for (const page of pages) assert.equal(page.count, count ? all.length : undefined, text);
      });
      assert.ok(refused < runs / 10, `${refused} queries were too intricate`);
    });
  }

  it('of the assignments of a profile, inside of it and alone, are those that it contains', async () => {
    await always(60, async (seed) => {
      const dice = diceOf(seed);
      const filter = dice([undefined, randomCondition(dice, assignments.type, 1)]);
      const [pageSize, skip] = [dice([1, 2, 1000]), dice([0, 0, 1])];
      const property = assignments.owner?.property;
      assert.ok(property);
      const orderBy = dice([[], [randomKey(dice, assignments.type)], [fraction(dice)]]);
      const query = { ...everything(assignments), filter, orderBy, pageSize, skip, count: true };
      const on = deviceConfigurations.type;
      const expansion = {
        property,
        on,
        set: assignments,
        type: assignments.type,
        query,
        references: false,
        countOnly: false,
      };
      const list = kept.store.list(kept.tenant, { ...everything(deviceConfigurations), expand: [expansion] });
      for (const { stored, expanded } of (await answered(list))?.rows ?? []) {
        const { id } = stored.entity;
        const own = kept.entities.within(id);
        const position = (a: Stored, b: Stored) =>
          (own.indexOf(a) - own.indexOf(b)) * (orderBy[0]?.descending ? -1 : 1);
        const all = own
          .filter((one) => !filter || meets(filter, one, kept.entities))
          .sort((a, b) => compareBy(orderBy, a, b, kept.entities) || position(a, b));
        const inside: Reached | Page<Reached> | null | undefined = expanded[property.name];
        assert.ok(inside && 'rows' in inside);
        const inRow: readonly Reached[] = inside.rows;
        assert.equal(inside.count, all.length, filter && print(filter));
        assert.deepEqual(
          idsOf(inRow.flatMap((row) => ('stored' in row ? [row.stored] : []))),
          idsOf(all.slice(skip, skip + pageSize)),
        );
        const alone = await pagesOf({ ...query, within: { set: deviceConfigurations, key: id, property } });
        assert.deepEqual(alone[0]?.next, inside.next);
        assert.deepEqual(idsOf(alone.flatMap(({ rows }) => rows.map((row) => row.stored))), idsOf(all.slice(skip)));
      }
    });
  });
});

describe('$search', () => {
  const words = ['a', 'A', 'ab', 'b', 'ba', 'é', 'vpn', '%', '_', "o'x", '0', '"a"', '" a"', 'nothing'];
  interface Term {
    readonly word: string;
    readonly negated: boolean;
  }
  const term = (dice: Dice): Term => ({ word: dice(words), negated: dice([true, false, false]) });
  const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const holds = ({ word, negated }: Term, name: string): boolean =>
    lower(name).includes(lower(word.replaceAll('"', ''))) !== negated;

  it('finds the names that hold the words, with AND, OR and NOT as they bind', async () => {
    await always(200, async (seed) => {
      const dice = diceOf(seed);
      const groups = Array.from({ length: dice([1, 2, 3]) }, () =>
        Array.from({ length: dice([1, 2, 3]) }, () => term(dice)),
      );
      const text = groups
        .map((group) => group.map(({ word, negated }) => (negated ? `NOT ${word}` : word)).join(dice([' ', ' AND '])))
        .join(' OR ');
      const filter: Expression = parseSearch(text, deviceConfigurations.type, model, { limits });
      const { rows } = await kept.store.list(kept.tenant, { ...everything(deviceConfigurations), filter });
      const expected = allOf(deviceConfigurations.type).filter(({ entity }) =>
        groups.some((group) => group.every((one) => holds(one, String(entity.displayName)))),
      );
      assert.deepEqual(idsOf(rows.map(({ stored }) => stored)), idsOf(sorted(expected, [])), text);
    });
  });
});
