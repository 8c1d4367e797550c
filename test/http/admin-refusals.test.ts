// Who may administer and who not, and what the API below /admin takes for wrong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createServer } from '../../src/index.js';
import { call } from '../support.js';
import { type Administration, adminRead, adminWrite, openAdministration, operators } from './administration.js';
import { makeTestAuthority } from './certificates.js';
import { sendRaw } from './raw.js';
import { assertRefusal } from './refusals.js';
import { openSession } from './session.js';

const read = 'DeviceManagementConfiguration.Read.All';

/** Every address with its methods; `T`, `A`, `U` and `X` stand for a tenant, an application, a user and anything else. */
const addresses: Readonly<Record<string, readonly string[]>> = {
  tenants: ['GET', 'POST'],
  'tenants/T': ['GET', 'PATCH'],
  'tenants/T/applications': ['GET', 'POST'],
  'tenants/T/applications/A': ['GET', 'PATCH', 'DELETE'],
  'tenants/T/applications/A/secrets': ['POST'],
  'tenants/T/applications/A/secrets/X': ['DELETE'],
  'tenants/T/applications/A/certificates': ['POST'],
  'tenants/T/applications/A/certificates/X': ['DELETE'],
  'tenants/T/users': ['GET', 'POST'],
  'tenants/T/users/U': ['GET', 'PATCH', 'DELETE'],
  'tenants/T/users/U/consents/X': ['DELETE'],
  limits: ['GET', 'PUT', 'DELETE'],
};
const every = Object.entries(addresses).flatMap(([path, methods]) => methods.map((method) => [method, path] as const));

let admin: Administration;
/** A tenant with an application and a user, and another one. */
let tenant: string;
let other: string;
let application: string;
let user: string;
before(async () => {
  admin = await openAdministration();
  [tenant, other] = [await admin.tenant(), await admin.tenant()];
  application = (await admin.expect(201, 'POST', `tenants/${tenant}/applications`, { displayName: 'App' })).id;
  user = (await admin.expect(201, 'POST', `tenants/${tenant}/users`, { userPrincipalName: 'ada@example.org' })).id;
});
after(() => admin.close());

const nothing = '00000000-0000-4000-8000-000000000000';
const at = (path: string, of = tenant): string =>
  path
    .split('/')
    .map((segment) => ({ T: of, A: application, U: user, X: nothing })[segment] ?? segment)
    .join('/');
const takesBody = (method: string): boolean => method !== 'GET' && method !== 'DELETE';
const state = async (): Promise<string> => {
  const paths = ['tenants', `tenants/${tenant}/applications`, `tenants/${tenant}/users`, 'limits'];
  const answers = await Promise.all(paths.map((path) => admin.expect(200, 'GET', path)));
  const events = await Promise.all([tenant, other].map((id) => admin.events(id)));
  return JSON.stringify([answers, events]);
};

describe('nobody administers', () => {
  const refuseAll = async (token: string | null, status: number, message: RegExp, only = every): Promise<void> => {
    const before = await state();
    for (const [method, path] of only) {
      const answer = await admin.send(method, at(path), { token, ...(takesBody(method) && { body: {} }) });
      const code = status === 401 ? 'InvalidAuthenticationToken' : 'Forbidden';
      assertRefusal(answer, { status, code, message });
    }
    assert.equal(await state(), before);
  };

  test('without a token, or by one that does not hold', async () => {
    await refuseAll(null, 401, /Access token is empty/);
    const claims = { scp: adminWrite, exp: 1 };
    await refuseAll(await admin.tenants.token(operators, claims), 401, /expired/);
  });

  test('from another tenant, whatever the permissions', async () => {
    await refuseAll(await admin.token([adminWrite], tenant), 403, /does not administer this server/);
    await refuseAll(await admin.token([adminWrite], nothing), 401, /tenant is not known/);
  });

  test("without the permission, though with all of Graph's; and only reads with that to read", async () => {
    const graph = [read, 'DeviceManagementConfiguration.ReadWrite.All', 'DeviceManagementApps.ReadWrite.All'];
    await refuseAll(await admin.token(graph), 403, /must have one of the following scopes: Offshoot\.Admin/);
    await refuseAll(await admin.token([]), 403, /must have one of the following scopes: Offshoot\.Admin/);
    const reading = await admin.token([adminRead]);
    await refuseAll(
      reading,
      403,
      /ReadWrite\.All$/,
      every.filter(([method]) => method !== 'GET'),
    );
    for (const [method, path] of every.filter((each) => each[0] === 'GET')) {
      assert.equal((await admin.send(method, at(path), { token: reading })).status, 200);
    }
  });

  test('by a permission whose name differs in case', async () => {
    await refuseAll(await admin.token([adminWrite.toLowerCase()]), 403, /must have one of the following scopes/);
  });

  test('beyond this machine by plain http', async () => {
    const behind = await openAdministration({ trustProxy: ['127.0.0.1'] });
    try {
      const from = { 'x-forwarded-for': '192.0.2.7' };
      const plain = await behind.send('GET', 'tenants', { headers: from });
      assertRefusal(plain, { status: 403, code: 'Forbidden', message: /by https alone/ });
      const secure = { ...from, 'x-forwarded-proto': 'https' };
      assert.equal((await behind.send('GET', 'tenants', { headers: secure })).status, 200);
      assert.equal(
        (await call({ plainUrl: behind.tenants.adminUrl }, 'GET', '/metrics', { headers: from, token: null })).status,
        200,
      );
    } finally {
      await behind.close();
    }
  });

  test('a server in production mode that names no administering tenant', async () => {
    const without = await openAdministration({ adminTenant: undefined });
    try {
      for (const method of ['GET', 'POST']) {
        const answer = await without.send(method, 'tenants', takesBody(method) ? { body: {} } : {});
        assertRefusal(answer, { status: 403, code: 'Forbidden', message: /does not administer this server/ });
      }
    } finally {
      await without.close();
    }
  });

  test('by the other listeners', async () => {
    const token = await admin.token([adminWrite]);
    for (const path of ['/admin/tenants', '/beta/admin/tenants', '/v1.0/admin/tenants']) {
      const { status } = await admin.tenants.send('GET', path, { token });
      assert.ok(status === 400 || status === 404, path);
    }
  });
});

test('in development mode the development tenant administers, with a token that says so', async () => {
  const session = await openSession({ adminPort: 0 });
  try {
    const { adminUrl } = session.server;
    const { tenantId } = session.development;
    const send = async (scopes?: string[]) =>
      call(session.server, 'GET', `${adminUrl}/admin/tenants`, {
        token: await session.development.token(scopes && { scopes }),
      });
    assert.equal((await send()).status, 403, 'not by the token that is printed');
    const { status, json } = await send([adminRead]);
    assert.equal(status, 200);
    assert.equal(json.value[0].id, tenantId);
  } finally {
    await session.close();
  }
});

test('with --admin-tls the listener speaks https with the certificate of the server', async () => {
  const server = await createServer({ adminPort: 0, adminTls: true });
  try {
    assert.match(String(server.adminUrl), /^https:/);
    const { development } = server;
    assert.ok(development);
    const token = await development.token({ scopes: [adminRead] });
    const ca = development.certificate.cert;
    assert.ok(ca);
    const { readFile } = await import('node:fs/promises');
    const answer = await call(server, 'GET', `${server.adminUrl}/admin/limits`, {
      token,
      ca: await readFile(development.caFile),
    });
    assert.equal(answer.status, 200);
  } finally {
    await server.close();
  }
});

describe('what is of one tenant', () => {
  let pem: string;
  before(async () => {
    pem = (await (await makeTestAuthority('Test')).issue('app')).cert;
  });
  /** One that is right. */
  const bodyFor = (path: string): object => {
    if (path.endsWith('certificates')) return { pem };
    if (path.endsWith('secrets')) return {};
    return path.endsWith('users') ? { userPrincipalName: 'grace@example.org' } : { displayName: 'a' };
  };

  test('is not there under another, by any address', async () => {
    const before = await state();
    const own = every.filter(([, path]) => /[AU]/.test(path.replace('T', '')));
    for (const [method, path] of own) {
      const body = takesBody(method) ? bodyFor(path) : undefined;
      const answer = await admin.send(method, at(path, other), { body });
      assertRefusal(answer, { status: 404, code: 'ResourceNotFound', message: /^Resource '.*' does not exist\.$/ });
    }
    for (const [method, path] of every.filter(([, each]) => each.startsWith('tenants/T'))) {
      for (const id of [nothing, 'nope']) {
        const body = takesBody(method) ? bodyFor(path) : undefined;
        const answer = await admin.send(method, at(path, id), { body });
        assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
      }
    }
    assert.equal(await state(), before);
  });
});

describe('a request that is wrong is refused by name and changes nothing', () => {
  const refused = async (
    method: string,
    path: string,
    body: unknown,
    status: number,
    target: string | undefined,
    message: RegExp,
  ) => {
    const before = await state();
    const answer = await admin.send(method, at(path), { body });
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.json.error.target, target, answer.text);
    assert.match(answer.json.error.message, message);
    assert.equal(await state(), before);
  };

  test('a member that is unknown, or of another kind, or missing', async () => {
    const app = 'tenants/T/applications/A';
    for (const [method, path, body, target, message] of [
      ['POST', 'tenants', { name: 'x' }, 'name', /does not exist on type 'tenant'/],
      ['PATCH', 'tenants/T', { id: nothing }, 'id', /does not exist/],
      ['PATCH', 'tenants/T', { licence: 'active' }, 'licence', /Did you mean 'license'\?/],
      ['PATCH', 'tenants/T', { license: 'trial' }, 'license', /not one of active, expired, absent/],
      ['PATCH', 'tenants/T', { displayName: null }, 'displayName', /cannot be null/],
      ['PATCH', 'tenants/T', { displayName: '\u001b[2J' }, 'displayName', /control character/],
      ['POST', 'tenants', { id: 'x' }, 'id', /not a UUID/],
      ['PATCH', app, { secrets: [] }, 'secrets', /does not exist/],
      ['PATCH', app, { version: 7 }, 'version', /does not exist/],
      ['PATCH', app, { '@odata.type': 'x' }, '@odata.type', /does not exist/],
      ['PATCH', app, { enabled: 'yes' }, 'enabled', /must be true or false, not a string/],
      ['PATCH', app, { roles: read }, 'roles', /must be an array of strings, not a string/],
      ['PATCH', app, { roles: [7] }, 'roles', /must be an array of strings/],
      ['PATCH', app, { scopes: ['Nope.All'] }, 'scopes', /no permission of this server/],
      ['PATCH', app, { redirectUris: ['http://a.example'] }, 'redirectUris', /plain http/],
      ['PATCH', app, { displayName: 'a\0b' }, 'displayName', /U\+0000/],
      ['POST', 'tenants/T/applications', {}, 'displayName', /is required/],
      ['POST', `${app}/secrets`, { endDateTime: 'tomorrow' }, 'endDateTime', /must be a date and time/],
      ['POST', `${app}/secrets`, { endDateTime: '2020-01-01T00:00:00Z' }, 'endDateTime', /not later than now/],
      ['POST', `${app}/secrets`, { endDateTime: '9999-12-31T23:59:59Z' }, 'endDateTime', /more than a hundred years/],
      ['POST', `${app}/secrets`, { hash: 'x' }, 'hash', /does not exist/],
      ['POST', `${app}/certificates`, {}, 'pem', /is required/],
      ['POST', 'tenants/T/users', {}, 'userPrincipalName', /is required/],
      ['POST', 'tenants/T/users', { userPrincipalName: 'ada' }, 'userPrincipalName', /is not like/],
      ['PATCH', 'tenants/T/users/U', { passwordHash: 'x' }, 'passwordHash', /does not exist/],
      ['PATCH', 'tenants/T/users/U', { consents: [] }, 'consents', /does not exist/],
    ] as const) {
      await refused(method, path, body, 400, target, message);
    }
  });

  test('a body that is no JSON object, or means two things', async () => {
    const path = 'tenants/T/applications/A';
    await refused('PATCH', path, '', 400, undefined, /Empty Payload/);
    await refused('PATCH', path, '{', 400, undefined, /Unable to read JSON/);
    await refused('PATCH', path, '[]', 400, undefined, /an object is expected/);
    await refused('PATCH', path, '{"enabled":true,"enabled":false}', 400, 'enabled', /occurs more than once/);
    await refused('PATCH', path, '{"__proto__":{"enabled":false}}', 400, '__proto__', /is not allowed/);
    await refused('PATCH', path, `{"displayName":"${'a'.repeat(300_000)}"}`, 413, undefined, /larger than the limit/);
    const typed = await admin.send('PATCH', at(path), {
      body: 'enabled=false',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(typed.status, 415);
    assert.equal((await admin.send('DELETE', at(path), { body: {} })).status, 400, 'a body where none has a meaning');
  });

  test('an address, a method or an option that there is not', async () => {
    for (const path of [
      '',
      'nope',
      'tenants/T/nope',
      'tenants/T/applications/A/secrets/X/x',
      'tenants//applications',
    ]) {
      assert.equal((await admin.send('GET', at(path))).status, 400, path);
    }
    for (const [method, path, allow] of [
      ['DELETE', 'tenants/T', 'GET, PATCH'],
      ['PUT', 'tenants/T', 'GET, PATCH'],
      ['GET', 'tenants/T/applications/A/secrets', 'POST'],
      ['POST', 'limits', 'GET, PUT, DELETE'],
      ['HEAD', 'limits', 'GET, PUT, DELETE'],
    ] as const) {
      const answer = await admin.send(method, at(path), takesBody(method) && method !== 'HEAD' ? { body: {} } : {});
      assert.deepEqual([answer.status, answer.headers.allow], [405, allow]);
    }
    await refused('GET', 'tenants?$filter=x', undefined, 400, '$filter', /not an OData query option/);
    assert.equal((await admin.send('GET', 'tenants/%zz')).status, 400);
  });

  test('two Authorization headers', async () => {
    const token = await admin.token([adminWrite]);
    const lines = [`authorization: Bearer ${token}`, 'authorization: Bearer x', 'host: localhost', 'connection: close'];
    const answer = await sendRaw(
      String(admin.tenants.adminUrl),
      `GET /admin/tenants HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`,
    );
    assert.equal(answer?.status, 400);
  });

  test('a condition that does not hold, behind however many other headers', async () => {
    const token = await admin.token([adminWrite]);
    const lines = [
      'host: localhost',
      `authorization: Bearer ${token}`,
      ...Array.from({ length: 2100 }, () => 'a:b'),
      'if-match: W/"another"',
    ];
    const answer = await sendRaw(
      String(admin.tenants.adminUrl),
      `DELETE /admin/${at('tenants/T/applications/A')} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`,
    );
    assert.equal(answer?.status, 412, answer?.text);
  });
});

test('on loopback it answers by names of this machine, and by those that the settings name', async (t) => {
  const ask = async (of: Administration, path: string, host: string) => {
    const bytes = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    return (await sendRaw(String(of.tenants.adminUrl), bytes))?.status;
  };
  // The name of a page that was made to lead to this machine, whose answers its browser would let it read.
  for (const host of ['rebound.example', 'rebound.example:9090', 'localhost.rebound.example', '127.0.0.1.example']) {
    assert.equal(await ask(admin, '/metrics', host), 400, host);
    assert.equal(await ask(admin, '/admin/tenants', host), 400, host);
  }
  for (const host of ['localhost', '127.0.0.1:9090', '[::1]:1']) assert.equal(await ask(admin, '/metrics', host), 200);
  assert.equal(await ask(admin, '/healthz', 'rebound.example'), 200, 'health is told to everybody');
  const named = await openAdministration({ allowHost: ['metrics.example:9090'] });
  t.after(() => named.close());
  assert.equal(await ask(named, '/metrics', 'metrics.example:9090'), 200);
});
