// The limits of queries: settings, told by the refusal of what goes beyond; at their most, the store still follows.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { deviceConfiguration } from '../../src/model/index.js';
import { concreteTypes } from '../expressions/arbitrary.js';
import { openSession, type Session } from './session.js';

const profiles = 'deviceConfigurations';

describe('a limit that is set small', () => {
  let session: Session;
  before(async () => {
    session = await openSession({
      pageSize: 2,
      filterDepth: 3,
      filterNodes: 8,
      filterList: 2,
      expandDepth: 2,
      expandLimit: 3,
    });
  });
  after(() => session.close());

  const deep = 'groupAssignments($expand=deviceConfiguration($expand=groupAssignments))';
  for (const [what, most, target, beyond, within] of [
    ['--page-size', 2, '$top', '$top=3', '$top=2'],
    ['--page-size inside $expand', 2, '$top', '$expand=assignments($top=3)', '$expand=assignments($top=2)'],
    ['--filter-depth', 3, '$filter', '$filter=((((true))))', '$filter=(((true)))'],
    ['--filter-depth of $orderby', 3, '$orderby', '$orderby=((((id))))', '$orderby=(((id)))'],
    ['--filter-depth of $search', 3, '$search', '$search=((((a))))', '$search=(((a)))'],
    [
      '--filter-nodes',
      8,
      '$filter',
      '$filter=true or true or true or true or true',
      '$filter=true or true or true or true',
    ],
    ['--filter-nodes of $search', 8, '$search', '$search=a b c d e', '$search=a b c d'],
    ['--filter-list', 2, '$filter', "$filter=id in ('a','b','c')", "$filter=id in ('a','b')"],
    ['--expand-depth', 2, '$expand', `$expand=${deep}`, '$expand=groupAssignments($expand=deviceConfiguration)'],
    [
      '--expand-limit',
      3,
      '$expand',
      '$expand=assignments,groupAssignments,deviceStatuses,userStatuses',
      '$expand=assignments,groupAssignments,deviceStatuses',
    ],
  ] as const) {
    test(`${what} is named by the refusal of more`, async () => {
      const refused = await session.refused(400, 'GET', `${profiles}?${beyond}`);
      assert.equal(refused.target, target);
      assert.match(refused.message, new RegExp(`limit of ${most}\\b`));
      await session.expect(200, 'GET', `${profiles}?${within}`);
    });
  }

  test('is the size of the pages inside $expand too', async () => {
    const target = (groupId: string) => ({ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId });
    const vpn = `${profiles}/${session.development.profiles.iosVpnConfiguration}`;
    const groups = ['1', '2', '3'].map((n) => `${n.repeat(8)}-1111-4111-8111-111111111111`);
    await session.expect(200, 'POST', `${vpn}/assign`, { assignments: groups.map((id) => ({ target: target(id) })) });
    const found = await session.expect(200, 'GET', `${vpn}?$expand=assignments`);
    assert.equal(found.assignments.length, 2);
    assert.ok(found['assignments@odata.nextLink']);
  });
});

describe('with every limit at its most', () => {
  let session: Session;
  before(async () => {
    session = await openSession({
      pageSize: 100_000,
      filterDepth: 100,
      filterNodes: 1000,
      filterList: 10_000,
      expandDepth: 4,
      expandLimit: 100,
    });
  });
  after(() => session.close());

  const times = (count: number, text: string, separator: string): string => Array(count).fill(text).join(separator);
  const nested = (levels: number, inside: string): string => {
    const property = levels % 2 === 0 ? 'groupAssignments' : 'deviceConfiguration';
    const below = levels === 1 ? [] : [`$expand=${nested(levels - 1, inside)}`];
    const collection = property === 'groupAssignments' ? ['$count=true', '$orderby=id desc', inside] : [];
    return `${property}(${[...below, ...collection, '$select=id'].join(';')})`;
  };
  const wrapped = (levels: number): string =>
    Array.from({ length: levels }, (_, n) => `@p${n}=${'not '.repeat(9)}@p${n + 1}`).join('&');

  const casts = concreteTypes(deviceConfiguration)
    .flatMap(({ name }) =>
      ['assignments', 'deviceStatuses', 'userStatuses', 'deviceStatusOverview', 'userStatusOverview'].map(
        (property) => `microsoft.graph.${name}/${property}`,
      ),
    )
    // One type's property is that of the types derived from it.
    .filter((path) => !path.includes('.iosik') && !path.includes('Enterprise'))
    .slice(0, 98);

  for (const [what, query] of [
    ['expansions beside each other', `$expand=groupAssignments($expand=deviceConfiguration($expand=${casts.join()}))`],
    ['a page', '$top=100000&$count=true'],
    ['parentheses', `$filter=${'('.repeat(100)}true${')'.repeat(100)}`],
    ['a chain of conditions', `$filter=${times(500, 'true', ' or ')}`],
    ['a chain of comparisons', `$filter=${times(250, 'version eq 1', ' and ')}`],
    ['a list', `$filter=version in (${times(10_000, '1', ',')})`],
    ['$orderby', `$orderby=${times(1000, 'id', ',')}`],
    ['$search', `$search=${times(500, 'a', ' ')}`],
    ['expansions, counted', `$count=true&$expand=${nested(4, '$filter=excludeGroup')}`],
    ['everything, twice', '$count=true&$expand=*,groupAssignments($expand=deviceConfiguration($expand=*))'],
    ['everything of every type', '$expand=groupAssignments($expand=deviceConfiguration($expand=*;$select=id))&$top=5'],
  ] as const) {
    test(`${what}: 200`, async () => {
      await session.expect(200, 'GET', `${profiles}?${query}`);
    });
  }

  for (const [what, query] of [
    ['negations', `$filter=${'not '.repeat(100)}true`],
    ['aliases of aliases', `$filter=@p0&${wrapped(99)}&@p99=true`],
    ['sums', `$filter=1${' add 1'.repeat(499)} eq 1`],
    ['calls', `$filter=${'trim('.repeat(99)}id${')'.repeat(99)} eq 'a'`],
    ['$orderby of sums', `$orderby=version${' add 1'.repeat(499)}`],
    [
      'an intricate filter at the bottom of expansions',
      `$expand=${nested(4, `$filter=${'not ('.repeat(30)}id eq 'a'${')'.repeat(30)}`)}`,
    ],
    [
      'an intricate filter inside any',
      `$filter=assignments/any(a:${times(20, "trim(a/id) eq 'a'", ' and (')}${')'.repeat(19)})`,
    ],
  ] as const) {
    test(`${what}: an answer or a refusal, no fault`, async () => {
      const { status, text } = await session.send('GET', `${profiles}?${query}`);
      assert.ok(status === 200 || status === 400, `${status} ${text}`);
    });
  }
});
