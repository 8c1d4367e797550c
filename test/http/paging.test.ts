// Pages of lists: their size, the links between them, and what happens to them while rows come and go.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../support.js';
import { leastProfiles, openSession, type Session } from './session.js';

describe('a list in pages', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  const create = async (displayName: string): Promise<string> =>
    (await session.expect(201, 'POST', 'deviceConfigurations', { ...leastProfiles.iosVpnConfiguration, displayName }))
      .id;
  const remove = (id: string) => session.expect(204, 'DELETE', `deviceConfigurations/${id}`);
  const profiles = async (count: number, name = 'P'): Promise<string[]> => {
    for (const { id } of (await session.expect(200, 'GET', 'deviceConfigurations')).value) await remove(id);
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push(await create(`${name}${n}`));
    return ids;
  };
  const follow = async (link: string) => {
    const answer = await call(session.server, 'GET', link);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const idsOf = ({ value }: { value: { id: string }[] }): string[] => value.map(({ id }) => id);
  /** The ids on each page, from the first to the last. */
  const pages = async (query: string): Promise<string[][]> => {
    const found: string[][] = [];
    let page = await session.expect(200, 'GET', `deviceConfigurations?${query}`);
    for (;;) {
      found.push(idsOf(page));
      const link = page['@odata.nextLink'];
      if (link === undefined) return found;
      assert.ok(link.startsWith(`${session.server.plainUrl}/beta/deviceManagement/deviceConfigurations?`), link);
      page = await follow(link);
    }
  };

  test('$top is the size of a page, and @odata.nextLink leads on until nothing remains', async () => {
    const ids = await profiles(5);
    assert.deepEqual(await pages('$top=2'), [ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    assert.deepEqual(await pages('$top=5'), [ids]);
    assert.deepEqual(await pages('$top=4'), [ids.slice(0, 4), ids.slice(4)]);
    assert.deepEqual(await pages(''), [ids]);
  });

  test('$skip leaves out the first ones, once', async () => {
    const ids = await profiles(5);
    assert.deepEqual(await pages('$skip=1&$top=2'), [ids.slice(1, 3), ids.slice(3)]);
    assert.deepEqual(await pages('$skip=5'), [[]]);
    assert.deepEqual(await pages('$skip=2147483647'), [[]]);
  });

  test('INF and NaN are no keys of an order: no link could say where a page ended', async () => {
    await profiles(2);
    for (const key of ['INF', '-INF desc', 'displayName,NaN', "cast('INF',Edm.Double)", '@p&@p=INF']) {
      const { error } = await session.expect(501, 'GET', `deviceConfigurations?$top=1&$orderby=${key}`);
      assert.deepEqual([error.code, error.target], ['NotImplemented', '$orderby'], key);
    }
    assert.deepEqual((await pages('$top=1&$orderby=version lt INF')).length, 2);
  });

  test('$top=0 answers no rows, and the count where it is asked for', async () => {
    await profiles(3);
    const none = await session.expect(200, 'GET', 'deviceConfigurations?$top=0&$count=true');
    assert.deepEqual([none.value, none['@odata.count'], none['@odata.nextLink']], [[], 3, undefined]);
    assert.deepEqual((await session.expect(200, 'GET', 'deviceConfigurations?$top=0')).value, []);
  });

  test('$count=true counts all pages, on the first of them', async () => {
    const ids = await profiles(3);
    const first = await session.expect(
      200,
      'GET',
      "deviceConfigurations?$top=2&$count=true&$filter=displayName ne 'x'",
    );
    assert.deepEqual([first['@odata.count'], idsOf(first)], [3, ids.slice(0, 2)]);
    const second = await follow(first['@odata.nextLink']);
    assert.deepEqual([second['@odata.count'], idsOf(second)], [undefined, ids.slice(2)]);
    const beyond = await session.expect(200, 'GET', 'deviceConfigurations?$skip=7&$count=true');
    assert.deepEqual([beyond['@odata.count'], beyond.value], [3, []]);
  });

  test('the filter, the selection and the cast hold on every page', async () => {
    await profiles(4);
    const path =
      "deviceConfigurations/microsoft.graph.iosVpnConfiguration?$top=1&$select=displayName&$filter=displayName eq 'P1' or displayName eq 'P3'";
    const first = await session.expect(200, 'GET', path);
    const second = await follow(first['@odata.nextLink']);
    assert.deepEqual([first.value[0].displayName, second.value[0].displayName], ['P1', 'P3']);
    assert.equal(second.value[0].id, undefined);
    assert.equal(second['@odata.nextLink'], undefined);
    assert.equal(second['@odata.context'], first['@odata.context']);
  });

  test('no row is lost or seen twice while rows before and behind the boundary come and go', async () => {
    const ids = await profiles(6);
    const first = await session.expect(200, 'GET', 'deviceConfigurations?$top=2');
    assert.deepEqual(idsOf(first), ids.slice(0, 2));
    // One that was seen, the last that was seen, and one that was to come.
    await remove(ids[0] ?? '');
    await remove(ids[1] ?? '');
    await remove(ids[3] ?? '');
    const late = await create('late');
    const second = await follow(first['@odata.nextLink']);
    assert.deepEqual(idsOf(second), [ids[2], ids[4]]);
    // The link can be followed again, and leads to the same place.
    assert.deepEqual(idsOf(await follow(first['@odata.nextLink'])), [ids[2], ids[4]]);
    assert.deepEqual(idsOf(await follow(second['@odata.nextLink'])), [ids[5], late]);
  });

  test('now() is the same instant on every page', async () => {
    const ids = await profiles(4);
    await delay(5);
    const first = await session.expect(
      200,
      'GET',
      'deviceConfigurations?$top=2&$filter=createdDateTime lt now()&$orderby=createdDateTime',
    );
    await delay(5);
    await create('later than the first page');
    await delay(5);
    const second = await follow(first['@odata.nextLink']);
    assert.deepEqual([idsOf(first), idsOf(second)], [ids.slice(0, 2), ids.slice(2)]);
    assert.equal(second['@odata.nextLink'], undefined);
  });

  test('audit events come in pages in the order of writing', async () => {
    const all = idsOf(await session.expect(200, 'GET', 'auditEvents'));
    const found: string[] = [];
    let page = await session.expect(200, 'GET', 'auditEvents?$top=7');
    for (; page['@odata.nextLink']; page = await follow(page['@odata.nextLink'])) found.push(...idsOf(page));
    assert.deepEqual([...found, ...idsOf(page)], all);
  });

  test('more than a page holds is 400 and names the limit', async () => {
    const { target, message } = await session.refused(400, 'GET', 'deviceConfigurations?$top=1001');
    assert.equal(target, '$top');
    assert.match(message, /1000/);
  });

  test('a token of another query, or none of ours, is 400', async () => {
    await profiles(2);
    const { '@odata.nextLink': link } = await session.expect(200, 'GET', 'deviceConfigurations?$top=1');
    const { search } = new URL(link);
    for (const path of [
      `deviceConfigurations${search}&$filter=true`,
      `deviceConfigurations${search}&$skip=1`.replace('$top=1', '$top=2'),
      `auditEvents${search}`,
      'deviceConfigurations?$skiptoken=x',
      'deviceConfigurations?$skiptoken=',
    ]) {
      assert.equal((await session.refused(400, 'GET', path)).target, '$skiptoken', path);
    }
    assert.equal((await session.refused(400, 'GET', `deviceConfigurations${search}&$skip=1`)).target, '$skip');
  });
});

test('--page-size is the size of a page, and the most that $top can ask for', async () => {
  const session = await openSession({ pageSize: 2 });
  try {
    const first = await session.expect(200, 'GET', 'deviceConfigurations');
    assert.equal(first.value.length, 2);
    assert.ok(first['@odata.nextLink']);
    assert.match((await session.refused(400, 'GET', 'deviceConfigurations?$top=3')).message, /limit of 2/);
  } finally {
    await session.close();
  }
});
