// Links to next pages that are long: no link that is handed out is too long for the server, and a page that would need one is refused.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, call } from '../support.js';
import { leastProfiles, openSession, type Session } from './session.js';

describe('a link to the next page', () => {
  let session: Session;
  const long = (n: number): string => `${n}${'\u00e9'.repeat(900)}`;
  before(async () => {
    session = await openSession();
    for (let n = 0; n < 3; n++) {
      const body = { ...leastProfiles.iosVpnConfiguration, displayName: long(n).slice(0, 200), description: long(n) };
      await session.expect(201, 'POST', 'deviceConfigurations', body);
    }
  });
  after(() => session.close());

  const alone = (url: string): Promise<Answer> => call(session.server, 'GET', url);
  /** The answer to the one request of a batch, as if it had come alone. */
  const inBatch = async (url: string): Promise<Pick<Answer, 'status' | 'json'>> => {
    const answer = await call(session.server, 'POST', '/beta/$batch', {
      body: { requests: [{ id: 1, method: 'GET', url }] },
    });
    assert.equal(answer.status, 200, answer.text);
    const [{ status, body }] = answer.json.responses;
    return { status, json: body };
  };
  /** The link behind this page, whose values may be longer than those of the page before, is too long itself. */
  const refused = ({ status, json }: Pick<Answer, 'status' | 'json'>): void => {
    assert.equal(status, 400);
    assert.match(json.error.message, /too long to be followed.*limit is \d+ bytes/);
  };
  const filters = (length: number): string => `$filter=displayName ne '${'x'.repeat(length)}'`;
  const orders = {
    'the order of creation': '',
    'an order by long texts': '&$orderby=description,displayName',
    'an order by texts that grow': `&$orderby=${Array(8)
      .fill('concat(description,description)')
      .join(',')
      .replace(/,concat/g, ' desc,concat')}`,
  };

  for (const [how, ask, lengths] of [
    ['alone', alone, [0, 8_000, 28_000, 29_000, 30_000, 30_500, 31_000, 31_500]],
    ['in a batch', inBatch, [0, 7_000, 7_700]],
  ] as const) {
    for (const [name, order] of Object.entries(orders)) {
      test(`can be followed to the last page ${how}, in ${name}, or is refused by the limit`, async () => {
        const statuses = [];
        pages: for (const length of lengths) {
          const path = `deviceConfigurations?$top=2&${filters(length)}${order}`;
          const first = await ask(`${how === 'alone' ? session.root : '/deviceManagement'}/${path}`);
          statuses.push(first.status);
          // The request itself is too long.
          if (first.status === 431) continue;
          if (first.status !== 200) refused(first);
          if (first.status !== 200) continue;
          let seen = first.json.value.length;
          for (let { '@odata.nextLink': link } = first.json; link !== undefined; ) {
            const [followed, batched] = [await alone(link), await inBatch(link)];
            if (followed.status !== 200) {
              refused(followed);
              refused(batched);
              continue pages;
            }
            assert.equal(batched.status, 200);
            assert.deepEqual(batched.json, followed.json);
            seen += followed.json.value.length;
            link = followed.json['@odata.nextLink'];
          }
          assert.equal(seen, Number((await session.send('GET', 'deviceConfigurations/$count')).text));
        }
        if (how === 'alone') assert.ok(statuses.includes(400), `${statuses}`);
      });
    }
  }

  test('can be followed in a batch however its option is written; another long URL is refused by the limit', async () => {
    const first = await alone(`${session.root}/deviceConfigurations?$top=2&${filters(9_000)}`);
    const link = String(first.json['@odata.nextLink']);
    for (const name of ['$skiptoken', '%24skiptoken', 'skiptoken', '$skipToken']) {
      assert.equal((await inBatch(link.replace('$skiptoken', name))).status, 200, name);
    }
    const requests = [{ id: 1, method: 'GET', url: `/deviceManagement/deviceConfigurations?${filters(9_000)}` }];
    const answer = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
    assert.equal(answer.status, 400);
    assert.match(answer.json.error.message, /limit of 8192 characters/);
  });
});
