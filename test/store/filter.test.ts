// The SQL of compiled filters, to the letter.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceConfigurations } from '../../src/model/index.js';
import type { Expression } from '../../src/plan/index.js';
import { newParameters } from '../../src/store/dialect.js';
import { compile } from '../../src/store/filter/compile.js';
import { layoutOf } from '../../src/store/layout.js';
import { sqlite } from '../../src/store/sqlite/dialect.js';
import { and, comparison, eq, literal, ne, not, or, path } from './entities.js';

function compiled(filter: Expression): { sql: string; values: readonly unknown[] } {
  const parameters = newParameters(sqlite);
  const { sql } = compile(filter, { layout: layoutOf(deviceConfigurations), alias: 't', dialect: sqlite, parameters });
  return { sql, values: parameters.values };
}

describe('the SQL of a filter', () => {
  const hostile = "' OR 1=1; --";
  const cases: readonly [string, Expression, string, readonly unknown[]][] = [
    ['binds every constant', eq('displayName', hostile), '(t.display_name = ?1)', [hostile]],
    ['uses a plain sign where neither side can be null', ne('displayName', 'a'), '(t.display_name <> ?1)', ['a']],
    [
      'uses the null-safe sign where a side can be null',
      ne('description', 'a'),
      '(t.description IS DISTINCT FROM ?1)',
      ['a'],
    ],
    ['compares with null by name', ne('description', null), '(t.description IS NOT NULL)', []],
    [
      'reads the document where a property has no column',
      eq('server/address', 'a'),
      "(json_extract(t.properties, '$.server.address') IS NOT DISTINCT FROM ?1)",
      ['a'],
    ],
    [
      'takes the default of a property that a document lacks',
      eq('enableSplitTunneling', true),
      "(coalesce(json_extract(t.properties, '$.enableSplitTunneling'), ?1) = ?2)",
      [false, true],
    ],
    [
      'keeps the parentheses of the tree and puts the deepest operand first',
      and(eq('id', '1'), not(or(eq('id', '2'), path('enablePerApp')))),
      "((((t.id = ?2) OR json_extract(t.properties, '$.enablePerApp')) = FALSE) AND (t.id = ?1))",
      ['1', '2'],
    ],
    [
      'flattens a chain',
      or(or(eq('id', '1'), eq('id', '2')), or(eq('id', '3'), eq('id', '4'))),
      '((t.id = ?1) OR (t.id = ?2) OR (t.id = ?3) OR (t.id = ?4))',
      ['1', '2', '3', '4'],
    ],
    ['compares conditions', comparison(literal(true), 'eq', eq('id', '1')), '((t.id = ?2) = ?1)', [true, '1']],
  ];
  for (const [what, filter, sql, values] of cases) {
    it(what, () => assert.deepEqual(compiled(filter), { sql, values }));
  }

  it('refuses a path that ends in a complex value', () => {
    assert.throws(() => compiled(path('server')), /no single value/);
  });
});
