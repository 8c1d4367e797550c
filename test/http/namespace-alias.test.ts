// `graph`, the short name that $metadata has for the namespace, in requests.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from './session.js';

describe('the alias of the namespace', () => {
  let session: Session;
  let vpn: string;
  before(async () => {
    session = await openSession();
    vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  });
  after(() => session.close());

  for (const path of [
    'deviceConfigurations/graph.iosVpnConfiguration',
    'deviceConfigurations/Graph.IosVpnConfiguration/$count',
    "deviceConfigurations?$filter=isof('graph.iosVpnConfiguration')",
    'deviceConfigurations?$filter=graph.iosVpnConfiguration/connectionName ne null',
    "deviceConfigurations?$filter=cast(graph.iosVpnConfiguration)/connectionType ne graph.appleVpnConnectionType'citrix'",
    'deviceConfigurations?$select=id,graph.iosVpnConfiguration/server&$orderby=graph.iosVpnConfiguration/connectionName',
    'deviceConfigurations?$expand=graph.iosVpnConfiguration/derivedCredentialSettings',
    'auditEvents/graph.getAuditCategories()',
  ]) {
    test(`stands for it in ${path}`, async () => {
      const short = await session.send('GET', path);
      const long = await session.send('GET', path.replaceAll(/\bgraph\./gi, 'microsoft.graph.'));
      assert.equal(short.status, 200, short.text);
      assert.equal(short.text, long.text);
    });
  }

  test('stands for it behind an entity, and before an action', async () => {
    assert.equal(
      (await session.expect(200, 'GET', `${vpn}/graph.iosVpnConfiguration/server`)).address,
      'vpn.example.com',
    );
    await session.expect(200, 'POST', `${vpn}/graph.assign`, { assignments: [] });
  });

  test('does not stand in a body, where types have their whole names', async () => {
    const body = { '@odata.type': '#graph.iosVpnConfiguration', description: 'a' };
    assert.match((await session.refused(400, 'PATCH', vpn, body)).message, /'graph.iosVpnConfiguration'/);
  });
});
