// Two tenants, and every address of the API for administrators: by keys of another tenant's, and by another tenant's callers. The
// addresses are those of the table of routes: one that is added is asked too, or has no key or body here, and fails.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { adminRoutes } from '../../src/http/index.js';
import { type Administration, adminWrite, openAdministration } from '../http/administration.js';
import { makeCertificate } from '../sign-in/ground.js';
import type { Answer } from '../support.js';

type Route = (typeof adminRoutes)[number];

/** A tenant with one of each; `keys` by the path that each stands at the end of. */
interface House {
  readonly tenant: string;
  readonly keys: Readonly<Record<string, string>>;
}

const application = 'tenants/{id}/applications/{appId}';
const user = 'tenants/{id}/users/{user}';
const missing = randomUUID();
const missingName = 'nobody@example.org';

let admin: Administration;
let certificate: string;
let another: string;
let ours: House;
let theirs: House;

async function furnish(name: string): Promise<House> {
  const tenant = await admin.tenant();
  const root = `tenants/${tenant}`;
  const app = await admin.expect(201, 'POST', `${root}/applications`, { displayName: `${name} program` });
  const secret = await admin.expect(201, 'POST', `${root}/applications/${app.id}/secrets`, {});
  const pem = { pem: certificate };
  const kept = await admin.expect(201, 'POST', `${root}/applications/${app.id}/certificates`, pem);
  const userPrincipalName = `${name}@example.org`;
  const person = await admin.expect(201, 'POST', `${root}/users`, { userPrincipalName });
  const keys = {
    'tenants/{id}': tenant,
    [application]: app.id,
    [`${application}/secrets/{id}`]: secret.id,
    [`${application}/certificates/{id}`]: kept.id,
    [user]: person.id,
    [`${user}/consents/{appId}`]: app.id,
    [userName]: userPrincipalName,
  };
  return { tenant, keys };
}

/** By which a user is named instead. */
const userName = `${user} by name`;

/** A body by which each succeeds where the tenant is one's own to administer. */
function bodyOf({ method, path }: Route): object | undefined {
  const bodies: Readonly<Record<string, object>> = {
    'POST tenants': { displayName: 'Made' },
    'PATCH tenants/{id}': { license: 'expired' },
    'POST tenants/{id}/applications': { displayName: 'Made' },
    [`PATCH ${application}`]: { enabled: false },
    [`POST ${application}/secrets`]: {},
    [`POST ${application}/certificates`]: { pem: another },
    'POST tenants/{id}/users': { userPrincipalName: 'made@example.org' },
    [`PATCH ${user}`]: { enabled: false, password: 'correct horse battery staple' },
    'PUT limits': { limits: [] },
  };
  if (method === 'GET' || method === 'DELETE') return undefined;
  return bodies[`${method} ${path}`] ?? assert.fail(`${method} ${path} has no body here`);
}

/** The paths at which the route has keys, in order. */
const placesOf = ({ path }: Route): string[] =>
  [...path.matchAll(/\{\w+\}/g)].map((key) => path.slice(0, key.index + key[0].length));

/** The address, each key by what stands for the path that it ends; a user by id, and by name. */
function aimed(route: Route, keyAt: (place: string, index: number) => string): string[] {
  const fill = (named: boolean): string => {
    const keys = placesOf(route).map((place, index) => keyAt(named && place === user ? userName : place, index));
    return route.path.replace(/\{\w+\}/g, () => encodeURIComponent(keys.shift() ?? ''));
  };
  return route.path.startsWith(user) ? [fill(false), fill(true)] : [fill(false)];
}

const keyIn = (house: House, place: string): string =>
  house.keys[place] ?? assert.fail(`a furnished tenant has no key for ${place}`);
const keyOfNothing = (place: string): string => (place === userName ? missingName : missing);

/** An answer without what differs from one request to the next, one name standing for every key that was asked for. */
function told({ status, headers, text }: Answer): unknown {
  const { etag, location, allow, 'content-type': type } = headers;
  const keys = [missing, missingName, ...Object.values(theirs.keys)];
  const plain = keys
    .reduce((rest, key) => rest.replaceAll(key, '{key}'), text)
    .replace(/"date":"[^"]*","request-id":"[^"]*","client-request-id":"[^"]*"/g, '');
  return { status, etag, location, allow, type, plain };
}

async function state(): Promise<string> {
  const parts = [ours, theirs].flatMap(({ tenant }) =>
    ['', '/applications', '/users'].map((path) => `tenants/${tenant}${path}`),
  );
  const answers = [];
  for (const path of [...parts, 'tenants', 'limits']) answers.push((await admin.send('GET', path)).text);
  // An event of each change, whatever was changed.
  for (const { tenant } of [ours, theirs]) answers.push(JSON.stringify(await ownEvents(tenant)));
  return answers.join('\n');
}

async function ownEvents(tenant: string): Promise<unknown> {
  const token = await admin.tenants.token(tenant, { scp: 'DeviceManagementApps.Read.All' });
  const answer = await admin.tenants.send('GET', 'auditEvents', { token });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.value;
}

before(async () => {
  admin = await openAdministration();
  certificate = (await makeCertificate()).cert;
  another = (await makeCertificate()).cert;
  ours = await furnish('ours');
  theirs = await furnish('theirs');
});
after(() => admin.close());

test('every address with a key of another tenant’s behind one’s own is answered as with keys that nothing has', async () => {
  const before = await state();
  let asked = 0;
  for (const route of adminRoutes) {
    const count = placesOf(route).length;
    // Keys of ours up to one of theirs, and all of theirs behind it.
    for (let from = 1; from < count; from++) {
      const mixed = aimed(route, (place, index) => keyIn(index < from ? ours : theirs, place));
      const nothing = aimed(route, (place, index) => (index < from ? keyIn(ours, place) : keyOfNothing(place)));
      for (const [index, path] of mixed.entries()) {
        const send = (to: string) => admin.send(route.method, to, { body: bodyOf(route) });
        const [one, other] = [await send(path), await send(nothing[index] ?? '')];
        // To take back what was never allowed changes nothing either.
        const isWithdrawal = from === 2 && route.path.endsWith('/consents/{appId}');
        assert.equal(other.status, isWithdrawal ? 204 : 404, `${route.method} ${nothing[index]}: ${other.text}`);
        assert.deepEqual(told(one), told(other), `${route.method} ${path}`);
        asked += 1;
      }
    }
  }
  assert.ok(asked > 15, `${asked} requests`);
  assert.equal(await state(), before);
});

test('every address is to the callers of a tenant that does not administer what no address is, whoever’s it is', async () => {
  const before = await state();
  const application = await admin.token([adminWrite], ours.tenant);
  const person = await admin.tenants.token(ours.tenant, { scp: adminWrite });
  for (const token of [application, person]) {
    const send = (method: string, path: string, body?: object) => admin.send(method, path, { token, body });
    for (const route of adminRoutes) {
      const body = bodyOf(route);
      const nowhere = told(await send(route.method, 'nothing/of/this', body));
      for (const keyAt of [
        (place: string) => keyIn(theirs, place),
        (place: string) => keyIn(ours, place),
        (place: string) => keyOfNothing(place),
      ]) {
        for (const path of aimed(route, keyAt)) {
          const answer = await send(route.method, path, body);
          assert.equal(answer.status, 403, `${route.method} ${path}: ${answer.text}`);
          assert.deepEqual(told(answer), nowhere, `${route.method} ${path}`);
        }
      }
    }
  }
  assert.equal(await state(), before);
});

test('every address is carried out where its keys are one tenant’s, and touches no other', async () => {
  const own = async (): Promise<string> => {
    const paths = ['', '/applications', '/users'].map((path) => `tenants/${theirs.tenant}${path}`);
    return (await Promise.all(paths.map(async (path) => (await admin.send('GET', path)).text))).join('\n');
  };
  const before = await own();
  for (const [index, route] of adminRoutes.entries()) {
    const ways = aimed(route, keyOfNothing).length;
    for (let way = 0; way < ways; way++) {
      const house = await furnish(`house${index}-${way}`);
      const path = aimed(route, (place) => keyIn(house, place))[way] ?? '';
      const answer = await admin.send(route.method, path, { body: bodyOf(route) });
      assert.ok(answer.status < 300, `${route.method} ${path}: ${answer.status} ${answer.text}`);
    }
  }
  assert.equal(await own(), before);
});
