// $search: text → condition, and what is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceConfiguration, deviceManagement, model } from '../../src/model/index.js';
import { parseSearch } from '../../src/odata/search.js';
import { limits, refused } from './requests.js';
import { words } from './words.js';

const search = (text: string): string =>
  words(parseSearch(text, deviceConfiguration, model, { limits })).replace(
    /\(contains \(tolower displayName\) ("[^"]*")\)/g,
    '$1',
  );

describe('$search', () => {
  const understood: readonly (readonly [string, string])[] = [
    ['vpn', '"vpn"'],
    ['VPN', '"vpn"'],
    ['Größe-Ä', '"größe-Ä"'],
    ['"two words"', '"two words"'],
    ['one two', '(and "one" "two")'],
    ['one AND two OR three', '(or (and "one" "two") "three")'],
    ['one OR two three', '(or "one" (and "two" "three"))'],
    ['NOT one two', '(and (not "one") "two")'],
    ['(one OR two) NOT three', '(and (or "one" "two") (not "three"))'],
    ['one and or not', '(and (and (and "one" "and") "or") "not")'],
    ['"AND"', '"and"'],
    ["it's", '"it\'s"'],
    ['""', '""'],
  ];
  for (const [text, expected] of understood) {
    it(`${text} means ${expected}`, () => assert.equal(search(text), expected));
  }

  it('is refused where it is malformed, with the position', () => {
    for (const [text, reason] of [
      ['', /a word is missing at position 0/],
      ['AND one', /a word is missing at position 0/],
      ['one OR', /a word is missing at position 6/],
      ['one AND OR two', /a word is missing at position 8/],
      ['NOT', /a word is missing at position 3/],
      ['(one', /'\)' is missing at position 4/],
      ['one)', /'\)' is not expected at position 3/],
      ['"one', /a phrase does not end at position 0/],
      ['one\ntwo', /no meaning here at position 3/],
      ['a\0', /U\+0000/],
    ] as const) {
      assert.match(refused(() => search(text), 'filterInvalid', '$search').message, reason);
    }
    refused(() => search('"displayName:one"'), 'filterNotSupported', '$search');
    refused(() => search('('.repeat(1000)), 'filterTooDeep', '$search');
    refused(() => search('NOT '.repeat(1000)), 'filterTooDeep', '$search');
    refused(() => search('a '.repeat(1000)), 'filterTooLarge', '$search');
  });

  it('is refused on a type that has no display name', () => {
    refused(() => parseSearch('a', deviceManagement, model, { limits }), 'optionNotSupported', '$search');
  });
});
