// Sums and products beyond the range of numbers, which the stores do not treat alike: what could become one is refused.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from './session.js';

describe('what a query may compute beyond the range of numbers', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  for (const option of [
    '$filter=length(displayName) mul 1e308 mul 1e308 gt 1',
    '$filter=version mul 1e300 div 1e-300 gt 1',
    '$filter=version mul 1e-300 mul 1e-300 eq 0',
    '$filter=version div 1e300 div 1e300 eq 0',
    '$filter=(0.1 sub version) mul 5e-324 eq 0',
    '$orderby=length(displayName) mul 1e308 mul 1e308',
    '$filter=version mul version mul version div 7 eq 0',
    '$filter=version mul version mul version mod 7 eq 0',
    "$filter=contains(cast(version mul version mul version,Edm.String),'1')",
    "$filter=displayName eq 'nothing' and version mul 1e308 gt 1",
    '$expand=assignments($filter=length(id) mul 1e308 gt 1)',
  ]) {
    test(`${option} is refused, on every store and whatever rows there are`, async () => {
      const { status, json } = await session.send('GET', `deviceConfigurations?${option}`);
      assert.deepEqual(
        [status, json.error?.message],
        [400, 'The query computes a number or an instant that is out of range.'],
      );
    });
  }

  const all = 4;
  for (const [filter, expected] of [
    ['version mul 1e298 gt 1', all],
    ["cast(assignments/$count add 1,Edm.String) eq '1'", all],
    ['version mul version mul version eq 1', all],
    ['version mul version div 7 eq 0', all],
    ['version div 1e-290 gt 1e289', all],
    ['(version add 0.1 sub 0.1) mul 3 gt 2.9', all],
    ["duration'P9999999D' mul 1e200 gt duration'P1D'", all],
    ["duration'P9999999D' mul -1e200 lt duration'P1D'", all],
    ["duration'P9999999D' mul 1e200 eq duration'P9999999D' mul 1e100", all],
    ["duration'P9999999D' mul 2 add duration'P9999999D' gt duration'P9999999D'", all],
    ["(createdDateTime sub now()) mul 1000 lt duration'P1D'", all],
    ["createdDateTime add duration'P9999999D' mul 2 gt createdDateTime", all],
    ["createdDateTime sub duration'P9999999D' mul 2 gt createdDateTime", 0],
  ] as const) {
    test(`${filter} is answered: the longest duration is as long as there is`, async () => {
      const { value } = await session.expect(200, 'GET', `deviceConfigurations?$filter=${filter}`);
      assert.equal(value.length, expected);
    });
  }

  for (const key of [
    '(assignments/$count add 1) mul 9007199254740991',
    'cast(version mul 1e17,Edm.Int64) desc',
    'version mul version mul 1e280',
    '(createdDateTime sub 2020-01-01T00:00:00Z) mul 1000',
  ]) {
    test(`an order by ${key} goes on to the next page`, async () => {
      const found: string[] = [];
      let path = `deviceConfigurations?$select=id&$top=1&$orderby=${key}`;
      while (path && found.length <= all) {
        const page = await session.expect(200, 'GET', path);
        found.push(...page.value.map(({ id }: { id: string }) => id));
        path = page['@odata.nextLink']?.split('/deviceManagement/')[1];
      }
      assert.equal(new Set(found).size, all);
      assert.equal(found.length, all);
    });
  }
});
