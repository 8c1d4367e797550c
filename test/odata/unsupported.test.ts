// What OData has and we have not yet: each refused with 501 and by its own name, never passed over.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/odata/filter-lexer.js';
import { filter, refused } from './requests.js';

/** Functions of OData 4.01 (URL conventions, sections 5.1.1.5 to 5.1.1.12), and what is none. */
const functions: Readonly<Record<string, string>> = {
  hassubset: 'hassubset(roleScopeTagIds,onDemandRules)',
  hassubsequence: "hassubsequence(roleScopeTagIds,['0'])",
  matchesPattern: "matchesPattern(displayName,'%5Ea')",
  case: 'case(version eq 1:true,true:false)',
  'geo.distance': "geo.distance(displayName,geography'POINT(1 1)') eq 1",
  'geo.intersects': "geo.intersects(displayName,geography'POINT(1 1)')",
  'geo.length': "geo.length(geography'LINESTRING(1 1,2 2)') eq 1",
  'microsoft.graph.assign': 'microsoft.graph.assign()',
  nope: "nope('a')",
};

/** Operators, literals and paths, and the word by which each is refused. */
const features: Readonly<Record<string, string>> = {
  "$root/deviceManagement/id eq 'a'": '$root',
  "$this eq 'a'": 'a whole microsoft.graph.iosVpnConfiguration',
  "displayName eq geography'POINT(1 1)'": "geography'…'",
  'server eq proxyServer': 'the complex value server',
  "roleScopeTagIds eq '0'": 'the collection roleScopeTagIds',
  'contains(roleScopeTagIds,onDemandRules)': 'the collection roleScopeTagIds',
  'roleScopeTagIds/$count($search=true) eq 1': '$count with $search',
  'onDemandRules/$orderby': 'onDemandRules/$orderby',
  'displayName/$count eq 1': '$count',
  'version mod 1.5 eq 0': 'mod of numbers that are no integers',
  'version add INF gt 1': 'INF or NaN in a sum',
  '-NaN eq 1': 'INF or NaN in a sum',
  'round(INF) eq 1': 'INF or NaN in a function',
  "year(createdDateTime add duration'P1D') eq 2024": "'year' of a computed instant",
  'cast(displayName,Edm.Int32) eq 1': 'cast of Edm.String to Edm.Int32',
  "cast(version divby 2,Edm.String) eq 'a'": 'cast of Edm.Decimal to Edm.String',
  "cast(version,microsoft.graph.nope) eq 'a'": 'cast to microsoft.graph.nope',
};

describe('a $filter', () => {
  const message = (feature: string) => `'${feature}' is not supported in the filter clause.`;
  for (const [name, text] of Object.entries(functions)) {
    it(`with the function ${name} is refused by its name`, () => {
      for (const whole of [text, `not (${text})`, `displayName eq 'a' and (${text} or true)`]) {
        const refusal = refused(() => filter(whole), 'filterNotSupported', '$filter');
        assert.equal(refusal.status, 501);
        assert.equal(refusal.message, message(name));
      }
    });
  }
  for (const [text, feature] of Object.entries(features)) {
    it(`${text} is refused for '${feature}'`, () => {
      assert.equal(refused(() => filter(text), 'filterNotSupported', '$filter').message, message(feature));
    });
  }
});

describe('the tokens of a filter', () => {
  /** How many attempts at a token it takes to split the text, or to find that it cannot be. */
  function attempts(text: string): number {
    const exec = RegExp.prototype.exec;
    let count = 0;
    RegExp.prototype.exec = function (...input) {
      count += 1;
      return exec.apply(this, input);
    };
    try {
      tokenize(text, 'filter');
    } catch {
      // A refusal counts as well.
    } finally {
      RegExp.prototype.exec = exec;
    }
    return count;
  }

  const units = [
    "'",
    "''",
    '(',
    ')',
    '()',
    "'a'",
    "('",
    "')",
    "a'",
    'a(',
    'not ',
    '-',
    '- ',
    '1',
    '1 ',
    '1-',
    '2024-',
    'a.',
    '$',
    '@',
    '/',
    ' ',
  ];
  for (const unit of units) {
    it(`take attempts in proportion to a text of ${JSON.stringify(unit)} again and again`, () => {
      const [once, twice] = [15_000, 30_000].map((size) => attempts(unit.repeat(size / unit.length)));
      assert.ok(once !== undefined && twice !== undefined);
      assert.ok(twice <= 2 * once + 20, `${once} attempts became ${twice}`);
      assert.ok(twice <= 30_000 * 12, 'at most one of each form at each place');
    });
  }

  it('tell where each begins, and what it says', () => {
    const text = "not (Name eq 'it''s') and n/x(1,-2.5e3,@p) ne T.U'v'";
    assert.deepEqual(
      tokenize(text, 'filter').map(({ kind, text: said, position }) => `${position} ${kind} ${said}`),
      [
        '0 name not', '4 mark (', '5 name Name', '10 name eq', "13 string it's", '20 mark )', '22 name and', '26 name n',
        '27 mark /', '28 name x', '29 mark (', '30 number 1', '31 mark ,', '32 number -2.5e3', '38 mark ,', '39 alias @p',
        '41 mark )', '43 name ne', '46 typedLiteral v', '52 end ',
      ], // biome-ignore format: a table
    );
  });
});
