// What OData has and we have not yet: each refused with 501 and by its own name, never passed over.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tokenize } from '../../src/odata/filter-lexer.js';
import { filter, refused } from './requests.js';

/** Every canonical function of OData 4.01 (URL conventions, sections 5.1.1.5 to 5.1.1.12). */
const functions: Readonly<Record<string, string>> = {
  concat: "concat(displayName,realm) eq 'a'",
  contains: "contains(displayName,'a')",
  endswith: "endswith(displayName,'a')",
  indexof: "indexof(displayName,'a') eq 1",
  length: 'length(displayName) eq 1',
  startswith: "startswith(displayName,'a')",
  substring: "substring(displayName,1) eq 'a'",
  hassubset: 'hassubset(roleScopeTagIds,onDemandRules)',
  hassubsequence: 'hassubsequence(roleScopeTagIds,onDemandRules)',
  matchesPattern: "matchesPattern(displayName,'%5Ea')",
  tolower: "tolower(displayName) eq 'a'",
  toupper: "'A' eq toupper(displayName)",
  trim: "trim(displayName) eq 'a'",
  date: 'date(createdDateTime) eq 2024-01-01',
  day: 'day(createdDateTime) eq 1',
  fractionalseconds: 'fractionalseconds(createdDateTime) eq 0.1',
  hour: 'hour(createdDateTime) eq 1',
  maxdatetime: 'createdDateTime eq maxdatetime()',
  mindatetime: 'createdDateTime eq mindatetime()',
  minute: 'minute(createdDateTime) eq 1',
  month: 'month(createdDateTime) eq 1',
  now: 'createdDateTime eq now()',
  second: 'second(createdDateTime) eq 1',
  time: 'time(createdDateTime) eq 10:00:00',
  totaloffsetminutes: 'totaloffsetminutes(createdDateTime) eq 0',
  totalseconds: "totalseconds(duration'PT1S') eq 1",
  year: 'year(createdDateTime) eq 2024',
  ceiling: 'ceiling(version) eq 1',
  floor: 'floor(version) eq 1',
  round: 'round(version) eq 1',
  cast: "cast(version,Edm.String) eq '1'",
  isof: "isof('microsoft.graph.iosVpnConfiguration')",
  case: 'case(version eq 1:true,true:false)',
  'geo.distance': "geo.distance(displayName,geography'POINT(1 1)') eq 1",
  'geo.intersects': "geo.intersects(displayName,geography'POINT(1 1)')",
  'geo.length': "geo.length(geography'LINESTRING(1 1,2 2)') eq 1",
  'microsoft.graph.assign': 'microsoft.graph.assign()',
  nope: "nope('a')",
};

/** Operators, literals and paths, and the word by which each is refused. */
const features: Readonly<Record<string, string>> = {
  'version gt 1': 'gt',
  'version GE 1': 'ge',
  'version Lt 1': 'lt',
  'version le 1': 'le',
  "authenticationMethod HAS 'certificate'": 'has',
  "displayName IN ('a')": 'in',
  'version ADD 1 eq 2': 'add',
  'version sub 1 eq 2': 'sub',
  'version mul 1 eq 2': 'mul',
  'version div 1 eq 2': 'div',
  'version divby 1 eq 2': 'divby',
  'version mod 1 eq 2': 'mod',
  'version eq -(1)': '-',
  "roleScopeTagIds/any(t:t eq '0')": 'the collection roleScopeTagIds',
  "roleScopeTagIds/all(t:t eq '0')": 'the collection roleScopeTagIds',
  'roleScopeTagIds/$count eq 1': 'the collection roleScopeTagIds',
  "derivedCredentialSettings/issuer eq 'xTec'": 'derivedCredentialSettings',
  "$it/displayName eq 'a'": '$it',
  "$root/deviceManagement/id eq 'a'": '$root',
  "$this eq 'a'": '$this',
  "microsoft.graph.iosVpnConfiguration/displayName eq 'a'": 'microsoft.graph.iosVpnConfiguration',
  'displayName eq @a': '@a',
  "hassubset(roleScopeTagIds,['0'])": 'a list in brackets',
  'displayName eq 10:00:00.5': '10:00:00.5',
  "displayName eq duration'PT1S'": "duration'…'",
  "displayName eq binary'AAAA'": "binary'…'",
  "displayName eq geography'POINT(1 1)'": "geography'…'",
};

describe('a $filter', () => {
  const message = (feature: string) => `'${feature}' is not supported in a filter clause.`;
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
      tokenize(text);
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
      assert.ok(twice <= 30_000 * 11, 'at most one of each form at each place');
    });
  }

  it('tell where each begins, and what it says', () => {
    const text = "not (Name eq 'it''s') and n/x(1,-2.5e3,@p) ne T.U'v'";
    assert.deepEqual(
      tokenize(text).map(({ kind, text: said, position }) => `${position} ${kind} ${said}`),
      [
        '0 name not', '4 mark (', '5 name Name', '10 name eq', "13 string it's", '20 mark )', '22 name and', '26 name n',
        '27 mark /', '28 name x', '29 mark (', '30 number 1', '31 mark ,', '32 number -2.5e3', '38 mark ,', '39 alias @p',
        '41 mark )', '43 name ne', '46 typedLiteral v', '52 end ',
      ], // biome-ignore format: a table
    );
  });
});
