// Rules 1, 4 and 10 while everything happens at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AuditEvent } from '../../src/model/index.js';
import type { Answer } from '../support.js';
import { leastSettings, openSession, type Session } from './session.js';

describe('writes at the same moment', () => {
  let session: Session;
  let profiles: string[];
  before(async () => {
    session = await openSession();
    profiles = Object.values(session.development.profiles);
  });
  after(() => session.close());

  const settings = async (): Promise<string[]> =>
    (await session.expect(200, 'GET', 'derivedCredentials')).value.map(({ id }: { id: string }) => id);

  /** Edits, binds, unbinds and updates by every profile, and in their midst a delete and a create of the settings. */
  function everythingAtOnce(current: string, round: number): Promise<Answer[]> {
    const requests = profiles.flatMap((id) => {
      const profile = `deviceConfigurations/${id}`;
      const link = `${profile}/derivedCredentialSettings`;
      return [
        () => session.send('PATCH', profile, { body: { description: `round ${round}` } }),
        () =>
          session.send('PUT', `${link}/$ref`, {
            body: { '@odata.id': `${session.root}/derivedCredentials/${current}` },
          }),
        () => session.send('PATCH', link, { body: { displayName: `round ${round}, ${id}` } }),
        () => session.send('DELETE', `${link}/$ref`),
      ];
    });
    requests.splice(5, 0, () => session.send('DELETE', `derivedCredentials/${current}`));
    requests.splice(9, 0, () => session.send('POST', 'derivedCredentials', { body: leastSettings }));
    return Promise.all(requests.map((send) => send()));
  }

  test('leave one settings object, no link to what is gone, no fault, and an audit event for each version', async () => {
    const seen = new Set<number>();
    for (let round = 0; round < 10; round++) {
      const [current = ''] = await settings();
      for (const { status, text } of await everythingAtOnce(current, round)) {
        assert.ok(status < 500, text);
        seen.add(status);
      }
      const [only, ...more] = await settings();
      assert.deepEqual(more, []);
      for (const id of profiles) assert.ok([null, only].includes((await session.linkOf(id)).settings));
      if (only === undefined) await session.expect(201, 'POST', 'derivedCredentials', leastSettings);
    }
    // The rounds did collide: some requests came too late.
    assert.ok(seen.has(404) || seen.has(400), [...seen].join());

    const events: AuditEvent[] = (await session.expect(200, 'GET', 'auditEvents')).value;
    for (const id of profiles) {
      const { version } = await session.linkOf(id);
      assert.equal(events.filter(({ resources }) => resources[0]?.resourceId === id).length, version);
    }
  });
});
