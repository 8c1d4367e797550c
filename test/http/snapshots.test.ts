// Snapshots of the whole state, and going back to them, through the front door of a development server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newId, systemClock } from '../../src/base/index.js';
import { byProgram, changeTenant } from '../../src/service/index.js';
import { openStore, storePath } from '../../src/store/index.js';
import { temporaryFolder } from '../cli/program.js';
import { testStore } from '../postgresql.js';
import { type Answer, type CallOptions, call } from '../support.js';
import { leastProfiles, openSession, type Session } from './session.js';
import { openTenants } from './tenants.js';

/** A request without a token, as `curl` sends it. */
const bare = (session: Session, method: string, path: string, options: CallOptions = {}): Promise<Answer> =>
  call(session.server, method, `/development/${path}`, { token: null, ...options });

describe('a reset', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  test('goes back to the state after the first start, in which ids, links and tokens are the same', async () => {
    const { settingsId, profiles } = session.development;
    const settings = `derivedCredentials/${settingsId}`;
    const all = async () => ({
      settings: await session.expect(200, 'GET', settings),
      profiles: await session.expect(200, 'GET', 'deviceConfigurations?$expand=assignments'),
      events: await session.expect(200, 'GET', 'auditEvents'),
      bound: await session.linkOf(String(profiles.iosVpnConfiguration)),
    });
    const first = await all();
    const token = await session.development.token();
    await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosWiFiConfiguration);
    await session.expect(204, 'DELETE', settings);
    await session.expect(204, 'DELETE', `deviceConfigurations/${profiles.iosVpnConfiguration}`);
    assert.notDeepEqual((await all().catch(() => undefined)) ?? {}, first);

    const answer = await bare(session, 'POST', 'reset');
    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.deepEqual(await all(), first);
    const { status, headers } = await session.send('GET', settings, { token });
    assert.equal(status, 200);
    const conditional = {
      body: { displayName: 'x' },
      headers: { 'content-type': 'application/json', 'if-match': String(headers.etag) },
    };
    assert.equal((await session.send('PATCH', settings, conditional)).status, 200, 'entity tags hold too');
  });

  test('is a method of the library', async () => {
    const { development } = session;
    await session.expect(200, 'PATCH', `derivedCredentials/${development.settingsId}`, { displayName: 'changed' });
    await development.reset();
    const { displayName } = await session.expect(200, 'GET', `derivedCredentials/${development.settingsId}`);
    assert.equal(displayName, 'Derived credentials');
  });

  test('is seen at once: no entity, no tenant is remembered from before', async (t) => {
    const where = { data: await temporaryFolder(t), ...(await testStore()) };
    const own = await openSession(where);
    t.after(() => own.close());
    const { settingsId, tenantId } = own.development;
    for (let round = 0; round < 5; round++) {
      const change = { displayName: `${round}` };
      await own.expect(200, 'PATCH', `derivedCredentials/${settingsId}`, change);
      assert.equal((await own.expect(200, 'GET', `derivedCredentials/${settingsId}`)).displayName, `${round}`);
      await own.development.reset();
      const read = await own.expect(200, 'GET', `derivedCredentials/${settingsId}`);
      assert.equal(read.displayName, 'Derived credentials');
    }
    const beside = await openStore({ path: storePath(where), create: false });
    t.after(() => beside.close());
    const tenant = await beside.findTenant(tenantId);
    assert.ok(tenant);
    const tools = { clock: systemClock, by: byProgram('a test', newId) };
    await changeTenant(beside, tenantId, () => ({ ...tenant, license: 'expired' }), tools);
    while ((await own.send('GET', 'derivedCredentials')).status === 200);
    await own.development.reset();
    assert.equal((await own.send('GET', 'derivedCredentials')).status, 200);
  });
});

describe('a snapshot', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  const name = async (): Promise<string> =>
    (await session.expect(200, 'GET', `derivedCredentials/${session.development.settingsId}`)).displayName;
  const rename = (displayName: string) =>
    session.expect(200, 'PATCH', `derivedCredentials/${session.development.settingsId}`, { displayName });

  test('has the name that it is given, or one of its own; is listed, restored and removed by it', async () => {
    await rename('first');
    const given = await bare(session, 'POST', 'snapshot', { body: { name: 'seeded' } });
    assert.equal(given.status, 201);
    assert.equal(given.json.name, 'seeded');
    assert.match(given.json.takenDateTime, /^\d{4}-.*Z$/);
    await rename('second');
    const own = await bare(session, 'POST', 'snapshot');
    assert.match(own.json.name, /^[0-9a-f-]{36}$/);
    const names = async () =>
      (await bare(session, 'GET', 'snapshots')).json.value.map((each: { name: string }) => each.name);
    assert.deepEqual((await names()).toSorted(), ['initial', 'seeded', own.json.name].toSorted());

    assert.equal((await bare(session, 'POST', 'restore', { body: { name: 'seeded' } })).status, 204);
    assert.equal(await name(), 'first');
    assert.equal((await bare(session, 'POST', 'restore', { body: { name: own.json.name } })).status, 204);
    assert.equal(await name(), 'second');
    assert.equal((await bare(session, 'DELETE', `snapshots/${own.json.name}`)).status, 204);
    assert.equal((await bare(session, 'DELETE', `snapshots/${own.json.name}`)).status, 404);
    assert.equal((await bare(session, 'POST', 'restore', { body: { name: own.json.name } })).status, 404);
    assert.equal(await name(), 'second', 'nothing was done');
  });

  test('is taken once under a name, unless it is to be replaced; that of the first start always stays', async () => {
    const { development } = session;
    await rename('a');
    await development.snapshot('again');
    await rename('b');
    await assert.rejects(development.snapshot('again'), { refusal: 'snapshotExists' });
    await development.snapshot('again', { replace: true });
    await rename('c');
    await development.restore('again');
    assert.equal(await name(), 'b');
    for (const options of [{}, { replace: true }]) await assert.rejects(development.snapshot('initial', options));
    await assert.rejects(development.removeSnapshot('initial'), { refusal: 'snapshotInitial' });
    assert.deepEqual((await development.snapshots()).filter((each) => each.name === 'again').length, 1);
  });

  test('is restored under writes: what was decided before is not written after', async () => {
    const { development } = session;
    await development.reset();
    await development.snapshot('steady', { replace: true });
    let writing = true;
    let written = 0;
    const work = async (client: number): Promise<void> => {
      for (let n = 0; writing; n++) {
        const answer = await session.send('PATCH', `derivedCredentials/${development.settingsId}`, {
          body: { displayName: `${client} ${n}` },
        });
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json.displayName, `${client} ${n}`);
        written++;
      }
    };
    const working = [1, 2, 3, 4].map(work);
    for (let round = 0; round < 15; round++) {
      const before = written;
      while (written < before + 3) await new Promise((resolve) => setImmediate(resolve));
      await (round % 3 === 2 ? development.snapshot('steady', { replace: true }) : development.restore('steady'));
    }
    writing = false;
    await Promise.all(working);
    const now = await name();
    const { value: events } = await session.expect(200, 'GET', 'auditEvents?$orderby=activityDateTime');
    const changes = events
      .flatMap(
        (event: {
          resources: { modifiedProperties: { displayName: string; oldValue: string; newValue: string }[] }[];
        }) => event.resources[0]?.modifiedProperties.filter((property) => property.displayName === 'displayName') ?? [],
      )
      .filter((change: { newValue: string }) => /^"?\d \d+"?$/.test(change.newValue));
    for (const [index, change] of changes.slice(1).entries()) assert.equal(change.oldValue, changes[index].newValue);
    if (changes.length > 0) assert.ok(changes.at(-1).newValue.includes(now));
  });
});

describe('what is below /development', () => {
  let session: Session;
  before(async () => {
    session = await openSession({ allowHost: ['graph.example.org'] });
  });
  after(() => session.close());

  test('refuses pages of other origins, whatever they send', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:3000', session.server.url ?? '']) {
      const { status, json } = await bare(session, 'POST', 'reset', { headers: { origin } });
      assert.deepEqual([status, json.error.code], [403, 'Forbidden'], origin);
    }
    for (const site of ['cross-site', 'same-site']) {
      assert.equal((await bare(session, 'GET', 'snapshots', { headers: { 'sec-fetch-site': site } })).status, 403);
    }
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const { headers } = await bare(session, 'OPTIONS', 'reset', { headers: preflight });
    assert.equal(headers['access-control-allow-origin'], undefined);
  });

  test('answers its own pages, and programs that tell no origin', async () => {
    const { plainUrl } = session.server;
    const own = { origin: String(plainUrl), 'sec-fetch-site': 'same-origin' };
    assert.equal((await bare(session, 'POST', 'reset', { headers: own })).status, 204);
    assert.equal((await bare(session, 'GET', 'snapshots', { headers: { 'sec-fetch-site': 'none' } })).status, 200);
  });

  test('refuses names that others have given to this machine', async () => {
    const { status, json } = await bare(session, 'POST', 'reset', { headers: { host: 'evil.example' } });
    assert.equal(status, 400);
    assert.match(json.error.message, /is not served here/);
  });

  test('takes bodies of JSON alone, and no member that it does not know', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const type of [form, { 'content-type': 'text/plain' }]) {
      assert.equal((await bare(session, 'POST', 'snapshot', { body: '{"name":"x"}', headers: type })).status, 415);
    }
    for (const [path, body, target] of [
      ['snapshot', { names: 'x' }, 'names'],
      ['snapshot', { name: 1 }, 'name'],
      ['snapshot', { name: 'x', replace: 'yes' }, 'replace'],
      ['snapshot', { name: '' }, 'name'],
      ['restore', {}, 'name'],
      ['reset', { name: 'x' }, 'name'],
    ] as const) {
      const { status, json } = await bare(session, 'POST', path, { body });
      assert.deepEqual([status, json.error.target], [400, target], JSON.stringify(body));
    }
    assert.equal((await bare(session, 'POST', 'snapshot', { body: '[]' })).status, 400);
  });

  test('asks for a token of the development tenant under a name that is not this machine’s own', async () => {
    const host = { host: 'graph.example.org' };
    assert.equal((await bare(session, 'POST', 'reset', { headers: host })).status, 401);
    const other = await session.development.token({ tenantId: newId() });
    assert.equal((await bare(session, 'POST', 'reset', { headers: host, token: other })).status, 403);
    const token = await session.development.token();
    assert.equal((await bare(session, 'POST', 'reset', { headers: host, token })).status, 204);
  });

  test('asks for one from beyond this machine, whatever name it is asked by', async (t) => {
    const own = await openSession({ trustProxy: ['127.0.0.1'] });
    t.after(() => own.close());
    const from = (address: string) => ({ 'x-forwarded-for': address });
    assert.equal((await bare(own, 'POST', 'reset', { headers: from('203.0.113.9') })).status, 401);
    assert.equal((await bare(own, 'POST', 'reset', { headers: from('::ffff:203.0.113.9') })).status, 401);
    const token = await own.development.token();
    assert.equal((await bare(own, 'POST', 'reset', { headers: from('203.0.113.9'), token })).status, 204);
    assert.equal((await bare(own, 'POST', 'reset', { headers: from('127.0.0.1') })).status, 204);
  });

  test('says which methods there are, and that there is nothing else', async () => {
    const { status, headers } = await bare(session, 'GET', 'reset');
    assert.deepEqual([status, headers.allow], [405, 'POST']);
    for (const path of ['', 'nothing', 'snapshots/a/b', 'reset/now']) {
      assert.equal((await bare(session, 'POST', path)).status, 400, path);
    }
  });

  test('is not there in production', async (t) => {
    const tenants = await openTenants();
    t.after(() => tenants.close());
    const id = await tenants.keep('active');
    const token = await tenants.token(id);
    for (const [method, path] of [
      ['POST', '/development/reset'],
      ['GET', '/development/snapshots'],
    ] as const) {
      const { status, json } = await tenants.send(method, path, { token });
      assert.deepEqual([status, json.error.code], [400, 'BadRequest'], json.error.message);
      assert.equal((await tenants.send(method, path, { token: null })).status, 401);
    }
  });
});
