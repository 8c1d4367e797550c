// Queries that are deep, long or many: each has its limit, which the refusal names, in a URL and in a batch alike.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from '../http/session.js';
import { call } from '../support.js';

let session: Session;
before(async () => {
  session = await openSession();
});
after(() => session.close());

const times = (count: number, text: string, separator = ''): string => Array(count).fill(text).join(separator);
const nested = (levels: number): string =>
  levels === 0 ? 'assignments' : `groupAssignments($expand=deviceConfiguration($expand=${nested(levels - 1)}))`;

/** Below /deviceManagement, and what it may be answered with. */
const queries: Readonly<Record<string, readonly [string, readonly number[]]>> = {
  'a thousand parentheses': [`$filter=${times(1000, '(')}true${times(1000, ')')}`, [400]],
  'ten thousand parentheses': [`$filter=${times(10_000, '(')}true${times(10_000, ')')}`, [400]],
  'ten thousand open parentheses': [`$filter=${times(10_000, '(')}`, [400]],
  'ten thousand closed ones': [`$filter=true${times(10_000, ')')}`, [400]],
  'five thousand negations': [`$filter=${times(5000, 'not ')}true`, [400]],
  'ten thousand minus signs': [`$filter=${times(10_000, '-')}1 eq 1`, [400]],
  'three thousand conditions': [`$filter=${times(3000, 'true', ' or ')}`, [400]],
  'a thousand comparisons': [`$filter=${times(1000, 'version eq 1', ' and ')}`, [400]],
  'a sum of five thousand': [`$filter=1${times(5000, ' add 1')} eq 1`, [400]],
  'three thousand calls': [`$filter=${times(3000, 'trim(')}id${times(3000, ')')} eq 'x'`, [400]],
  'calls of nothing': [`$filter=${times(3000, 'a(')}${times(3000, ')')}`, [400, 501]],
  'a list of five thousand': [`$filter=version in (${times(5000, '1', ',')})`, [400]],
  'lists in lists': [`$filter=id in ${times(2000, '(')}'x'${times(2000, ')')}`, [400]],
  'any in any': [`$filter=${times(70, 'assignments/any(a:')}true${times(70, ')')}`, [400]],
  'a path of three thousand steps': [`$filter=${times(3000, 'server/')}address eq 'x'`, [400]],
  'casts in casts': [`$filter=${times(200, 'cast(')}id${times(200, ',Edm.String)')} eq 'x'`, [400]],
  'aliases in a circle': ['$filter=@a&@a=@b&@b=@a', [400]],
  'an alias of itself': ['$filter=@a or @a&@a=@a', [400]],
  'aliases that double': [
    `$filter=@a0&${Array.from({ length: 40 }, (_, n) => `@a${n}=@a${n + 1} or @a${n + 1}`).join('&')}&@a40=true`,
    [400],
  ],
  'a literal of 28,000 letters': [`$filter=id eq '${times(28_000, 'x')}'`, [200]],
  'a literal of quotes': [`$filter=id eq '${times(9000, "'")}'`, [200]],
  'a number of 28,000 digits': [`$filter=version eq ${times(28_000, '9')}`, [200, 400]],
  'an instant of 28,000 digits': [`$filter=createdDateTime eq 2026-01-01T00:00:00.${times(28_000, '1')}Z`, [200, 400]],
  'a duration of 20,000 digits': [`$filter=createdDateTime sub duration'P${times(20_000, '1')}D' eq null`, [200, 400]],
  'a name of 28,000 letters': [`$filter=${times(28_000, 'x')} eq 1`, [400]],
  '3,000 keys of an order': [`$orderby=${times(3000, 'id', ',')}`, [400]],
  'an order of parentheses': [`$orderby=${times(3000, '(')}id${times(3000, ')')}`, [400]],
  '9,000 selected names': [`$select=${times(9000, 'id', ',')}`, [200, 400]],
  'a selected path of 9,000 steps': [`$select=${times(9000, 'id', '/')}`, [400]],
  '3,000 words of a search': [`$search=${times(3000, 'ab', ' ')}`, [400]],
  'a search of parentheses': [`$search=${times(9000, '(')}a${times(9000, ')')}`, [400]],
  'a search of NOTs': [`$search=${times(5000, 'NOT ')}a`, [400]],
  'expansions in expansions': [`$expand=${nested(100)}`, [400]],
  'one expansion deeper than the limit': [`$expand=${nested(2)}`, [400]],
  'fifty expansions beside each other': [
    `$expand=groupAssignments($expand=deviceConfiguration($expand=${times(3, '*', ',')})),${times(50, 'assignments/$count', ',')}`,
    [400],
  ],
  'expansions of parentheses': [`$expand=${times(9000, '(')}${times(9000, ')')}`, [400]],
  'expansions with 3,000 options': [`$expand=assignments(${times(3000, '$top=1', ';')})`, [400]],
  'a page of 2^31': ['$top=2147483648', [400]],
  'a page of 10^400': [`$top=1${times(400, '0')}`, [400]],
  'to skip 10^400': [`$skip=1${times(400, '0')}`, [400]],
  'to skip 2^31 - 1': ['$skip=2147483647', [200]],
  '9,000 options': [times(9000, 'a=', '&'), [200]],
  '3,000 aliases': [Array.from({ length: 2500 }, (_, n) => `@a${n}=1`).join('&'), [200, 400]],
  'a token of 28,000 letters': [`$skiptoken=${times(28_000, 'x')}.${times(43, 'x')}`, [400]],
};

describe('a query with', () => {
  for (const [what, [query, expected]] of Object.entries(queries)) {
    test(`${what} is answered: ${expected.join(' or ')}`, async () => {
      const url = `deviceConfigurations?${query.replaceAll(' ', '+')}`;
      const { status, json, text } = await session.send('GET', url);
      assert.ok(expected.includes(status), `${status} ${text.slice(0, 500)}`);
      if (status >= 400) assert.ok(json.error.message.length < 1500);
      // In a batch a URL may be as long as 8192 characters, a link to a next page as long as alone.
      const tooLong = url.length > 8000 && !url.includes('$skiptoken');
      const requests = [{ id: '1', method: 'GET', url: `/deviceManagement/${url}` }];
      const { json: whole } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
      const own = tooLong ? whole.error.code : whole.responses[0].status;
      assert.ok(tooLong ? own === 'BadRequest' : own === status, JSON.stringify(whole).slice(0, 300));
    });
  }

  test('a URL longer than any is refused before it is read', async () => {
    for (const query of [`$filter=${times(40_000, '(')}`, times(100_000, 'a')]) {
      assert.equal((await session.send('GET', `deviceConfigurations?${query}`)).status, 431);
    }
    const path = `deviceConfigurations/${times(200, 'x/')}`;
    assert.equal((await session.send('GET', path)).status, 400);
  });
});
