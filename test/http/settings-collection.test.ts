// The collection of derived credential settings: list, create, get, delete.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { call } from '../support.js';
import { leastSettings, openSession, type Session } from './session.js';

const collection = 'derivedCredentials';

describe('derivedCredentials', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  beforeEach(async () => {
    const { value } = await session.expect(200, 'GET', collection);
    for (const { id } of value) await session.expect(204, 'DELETE', `${collection}/${id}`);
  });

  test('a create answers 201 with the object and a Location that leads to it', async () => {
    const body = {
      '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings',
      displayName: 'Purebred',
      helpUrl: 'https://help.example.com/',
      issuer: 'purebred',
      notificationType: 'email',
      renewalThresholdPercentage: 35,
    };
    const created = await session.send('POST', collection, { body });
    assert.equal(created.status, 201, created.text);
    const { '@odata.context': _, '@odata.etag': etag, id, ...rest } = created.json;
    assert.deepEqual(rest, body);
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(created.headers.etag, etag);

    const location = created.headers.location ?? '';
    assert.ok(location.startsWith(session.root), location);
    const found = await call(session.server, 'GET', location);
    assert.equal(found.status, 200);
    assert.deepEqual(found.json, created.json);
    assert.equal(found.headers.etag, etag);
  });

  test('what a create leaves out gets its default', async () => {
    const { helpUrl, notificationType, renewalThresholdPercentage } = await session.expect(
      201,
      'POST',
      collection,
      leastSettings,
    );
    assert.deepEqual(
      { helpUrl, notificationType, renewalThresholdPercentage },
      { helpUrl: null, notificationType: 'none', renewalThresholdPercentage: 20 },
    );
  });

  test('a create needs displayName and issuer, and names the one that is missing', async () => {
    for (const missing of ['displayName', 'issuer'] as const) {
      const { [missing]: _, ...body } = leastSettings;
      assert.equal((await session.refused(400, 'POST', collection, body)).target, missing);
      const refused = await session.refused(400, 'POST', collection, { ...body, [missing]: null });
      assert.equal(refused.target, missing);
    }
    assert.deepEqual((await session.expect(200, 'GET', collection)).value, []);
  });

  test('an id in a create is ignored, and so are annotations and names that begin with #', async () => {
    const id = 'bc650741-0741-bc65-4107-65bc410765bc';
    const created = await session.expect(201, 'POST', collection, {
      ...leastSettings,
      id,
      '@odata.context': 'https://graph.microsoft.com/beta/$metadata#x',
      '@odata.etag': 'W/"1"',
      'issuer@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialIssuer',
      '#microsoft.graph.assign': {},
    });
    assert.notEqual(created.id, id);
    await session.refused(404, 'GET', `${collection}/${id}`);
  });

  test('the list has the object, whole, and none after its deletion', async () => {
    const { '@odata.context': _, ...object } = await session.expect(201, 'POST', collection, leastSettings);
    assert.deepEqual(await session.expect(200, 'GET', collection), {
      '@odata.context': `${session.server.plainUrl}/beta/$metadata#deviceManagement/derivedCredentials`,
      value: [object],
    });
    const deleted = await session.send('DELETE', `${collection}/${object.id}`);
    assert.deepEqual([deleted.status, deleted.text], [204, '']);
    assert.deepEqual((await session.expect(200, 'GET', collection)).value, []);
  });

  test('the key stands as a segment or in parentheses, for get, update and delete', async () => {
    for (const keyOf of [(id: string) => `/${id}`, (id: string) => `('${id}')`, (id: string) => `(id='${id}')`]) {
      const created = await session.expect(201, 'POST', collection, leastSettings);
      const path = `${collection}${keyOf(created.id)}`;
      assert.deepEqual(await session.expect(200, 'GET', path), created);
      const { id, displayName } = await session.expect(200, 'PATCH', path, { displayName: 'renamed' });
      assert.deepEqual([id, displayName], [created.id, 'renamed']);
      await session.expect(204, 'DELETE', path);
      await session.refused(404, 'GET', path);
    }
  });

  test('a delete honours If-Match', async () => {
    const created = await session.send('POST', collection, { body: leastSettings });
    const path = `${collection}/${created.json.id}`;
    await session.expect(200, 'PATCH', path, { displayName: 'newer' });
    const stale = await session.send('DELETE', path, { headers: { 'if-match': created.headers.etag } });
    assert.equal(stale.status, 412);
    const { headers } = await session.send('GET', path);
    const deleted = await session.send('DELETE', path, { headers: { 'if-match': headers.etag } });
    assert.equal(deleted.status, 204);
  });

  test('names of the path match in any case', async () => {
    const { id } = await session.expect(201, 'POST', collection, leastSettings);
    const { json } = await call(session.server, 'GET', `/BETA/DeviceManagement/DerivedCredentials/${id}`);
    assert.equal(json.id, id);
  });
});
