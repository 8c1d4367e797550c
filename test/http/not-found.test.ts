// What stands nowhere: each reason for a 404 with a message of its own, by every method.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from './session.js';

const unknown = 'bc650741-0741-bc65-4107-65bc410765bc';

describe('what is not found', () => {
  let session: Session;
  let vpn: string;
  let settings: string;
  /** A profile of a type without the navigation property. */
  let wiFi: string;
  let unbound: string;
  before(async () => {
    session = await openSession();
    vpn = session.development.profiles.iosVpnConfiguration ?? '';
    settings = session.development.settingsId ?? '';
    wiFi = (await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosWiFiConfiguration)).id;
    unbound = (await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosVpnConfiguration)).id;
  });
  after(() => session.close());

  /** Every request that a navigation route and its `$ref` answer to, each of which must be refused with the message. */
  async function refusedByAll(source: string, message: string, { withPut }: { withPut: boolean }): Promise<void> {
    const route = `deviceConfigurations/${source}/derivedCredentialSettings`;
    const link = { '@odata.id': `${session.root}/derivedCredentials/${settings}` };
    const requests: [string, string, unknown?][] = [
      ['GET', route],
      ['PATCH', route, { displayName: 'lost' }],
      ['PATCH', route, {}],
      ['GET', `${route}/$ref`],
      ['DELETE', `${route}/$ref`],
    ];
    if (withPut) requests.push(['PUT', `${route}/$ref`, link]);
    const before = await session.expect(200, 'GET', 'derivedCredentials');
    const events = await session.auditOf(async () => {
      for (const [method, path, body] of requests) {
        const { code, message: told } = await session.refused(404, method, path, body);
        assert.deepEqual([code, told], ['ResourceNotFound', message], `${method} ${path}`);
      }
    });
    assert.deepEqual(events, []);
    assert.deepEqual(await session.expect(200, 'GET', 'derivedCredentials'), before);
  }

  test("a cast that is not the profile's type is told with both types", async () => {
    await refusedByAll(
      `${vpn}/microsoft.graph.iosEnterpriseWiFiConfiguration`,
      `Resource '${vpn}' is of type 'microsoft.graph.iosVpnConfiguration', not 'microsoft.graph.iosEnterpriseWiFiConfiguration'.`,
      { withPut: true },
    );
    assert.equal((await session.linkOf(vpn)).settings, settings);
  });

  test('a cast that is not the type is 404 for the profile itself too', async () => {
    for (const cast of [`${vpn}/microsoft.graph.iosWiFiConfiguration`, `microsoft.graph.iosWiFiConfiguration/${vpn}`]) {
      for (const [method, body] of [['GET'], ['PATCH', { displayName: 'lost' }], ['DELETE']] as const) {
        const { message } = await session.refused(404, method, `deviceConfigurations/${cast}`, body);
        assert.match(message, /is of type 'microsoft.graph.iosVpnConfiguration', not/);
      }
    }
    assert.equal((await session.expect(200, 'GET', `deviceConfigurations/${vpn}`)).displayName, 'VPN');
  });

  test('a cast to a base of the type finds the profile', async () => {
    for (const base of ['deviceConfiguration', 'appleVpnConfiguration']) {
      const { id } = await session.expect(200, 'GET', `deviceConfigurations/${vpn}/microsoft.graph.${base}`);
      assert.equal(id, vpn);
    }
    const path = `deviceConfigurations/${vpn}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`;
    assert.equal((await session.expect(200, 'GET', path)).id, settings);
  });

  test('a profile type without the navigation property is told by its name', async () => {
    await refusedByAll(
      wiFi,
      `Resource '${wiFi}' is of type 'microsoft.graph.iosWiFiConfiguration', which has no navigation property 'derivedCredentialSettings'.`,
      { withPut: true },
    );
  });

  test('an unbound profile is told apart from one that does not exist', async () => {
    const message = `Resource '${unbound}' is not bound to anything by 'derivedCredentialSettings'.`;
    await refusedByAll(unbound, message, { withPut: false });
    await refusedByAll(`${unbound}/microsoft.graph.iosVpnConfiguration`, message, { withPut: false });
  });

  test('an unknown profile is told by its id, with a cast too', async () => {
    const message = `Resource '${unknown}' does not exist.`;
    await refusedByAll(unknown, message, { withPut: true });
    await refusedByAll(`${unknown}/microsoft.graph.iosVpnConfiguration`, message, { withPut: true });
    for (const [method, body] of [['GET'], ['PATCH', { displayName: 'lost' }], ['DELETE']] as const) {
      const refused = await session.refused(404, method, `deviceConfigurations/${unknown}`, body);
      assert.equal(refused.message, message);
    }
  });

  test('unknown settings are told by their id, by both forms of the key', async () => {
    for (const path of [`derivedCredentials/${unknown}`, `derivedCredentials('${unknown}')`]) {
      for (const [method, body] of [['GET'], ['PATCH', { displayName: 'lost' }], ['DELETE']] as const) {
        const { code, message } = await session.refused(404, method, path, body);
        assert.deepEqual([code, message], ['ResourceNotFound', `Resource '${unknown}' does not exist.`]);
      }
    }
  });

  test('an id of the other collection is unknown, and so is an audit event that never was', async () => {
    await session.refused(404, 'GET', `derivedCredentials/${vpn}`);
    await session.refused(404, 'GET', `deviceConfigurations/${settings}`);
    await session.refused(404, 'GET', `auditEvents/${unknown}`);
    const [event] = (await session.expect(200, 'GET', 'auditEvents')).value;
    const { '@odata.context': _, ...same } = await session.expect(200, 'GET', `auditEvents/${event.id}`);
    assert.deepEqual(same, event);
  });

  test('what was deleted is not found any more', async () => {
    const { id } = await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosVpnConfiguration);
    const path = `deviceConfigurations/${id}`;
    await session.expect(204, 'DELETE', path);
    for (const [method, body] of [['GET'], ['PATCH', { displayName: 'lost' }], ['DELETE']] as const) {
      assert.equal((await session.refused(404, method, path, body)).message, `Resource '${id}' does not exist.`);
    }
  });
});
