// Two tenants, and every address of the service: alone, in batches, as the target of links, behind $expand, by entity tags and next
// links. Nothing here is a list of samples: addresses come from the model, objects are one of each type.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, leastSettings } from '../http/session.js';
import { openTenants, type Tenants } from '../http/tenants.js';
import type { Answer } from '../support.js';
import { type Addressed, castIn, everyAddress } from './every-address.js';

const permissions = 'DeviceManagementConfiguration.ReadWrite.All DeviceManagementApps.Read.All';
const missing = randomUUID();

/** One object of each kind, linked in every way that the model has. */
interface House {
  readonly token: string;
  readonly tenant: string;
  readonly settings: string;
  /** By type. */
  readonly profiles: ReadonlyMap<string, string>;
  /** By profile. */
  readonly assignments: ReadonlyMap<string, string>;
  readonly event: string;
  /** Everything that could be told of it. */
  readonly ids: readonly string[];
}

let tenants: Tenants;
let addresses: readonly Addressed[];
let ours: House;
let theirs: House;

const ask = (house: House, method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
  tenants.send(method, `/beta${path}`, { token: house.token, headers, ...(body !== undefined && { body }) });

/** Links of a profile that a client may set: the path of `$ref` below it, and the method that sets it. */
const linkable = (type: string): Addressed[] =>
  addresses.filter(
    ({ path, method }) =>
      path.startsWith(`/deviceManagement/deviceConfigurations/{deviceConfigurations-id}/microsoft.graph.${type}/`) &&
      path.endsWith('/$ref') &&
      ['PUT', 'POST'].includes(method),
  );

async function furnish(name: string): Promise<House> {
  const tenant = await tenants.keep('active');
  const token = await tenants.token(tenant, { scp: permissions, upn: `${name}@example.com` });
  const house = { token } as House;
  const create = async (path: string, body: object): Promise<string> => {
    const answer = await ask(house, 'POST', `/deviceManagement/${path}`, body);
    assert.equal(answer.status, 201, answer.text);
    return answer.json.id;
  };
  const settings = await create('derivedCredentials', { ...leastSettings, displayName: `${name} settings` });
  const profiles = new Map<string, string>();
  const assignments = new Map<string, string>();
  const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
  for (const [type, body] of Object.entries(leastProfiles)) {
    const id = await create('deviceConfigurations', { ...body, displayName: `${name} ${type}` });
    profiles.set(type, id);
    assignments.set(id, await create(`deviceConfigurations/${id}/assignments`, { target }));
  }
  for (const [type, id] of profiles) {
    for (const { method, path } of linkable(type)) {
      // What suits is a matter of types: the first that the service takes.
      for (const candidate of [`derivedCredentials/${settings}`, ...[...profiles.values()].map(profilePath)]) {
        const reference = { '@odata.id': `/deviceManagement/${candidate}` };
        const { status } = await ask(house, method, path.replace('{deviceConfigurations-id}', id), reference);
        if (status === 204) break;
      }
    }
  }
  const event = (await ask(house, 'GET', '/deviceManagement/auditEvents?$top=1')).json.value[0].id;
  const ids = [tenant, settings, event, ...profiles.values(), ...assignments.values(), `${name} `, `${name}@`];
  return { token, tenant, settings, profiles, assignments, event, ids };
}

const profilePath = (id: string): string => `deviceConfigurations/${id}`;

/**
 * An address with the keys of a house, and behind the first of another, once for each object that it may be about; without a
 * house with keys that nothing has.
 */
function aimed({ path, keys }: Addressed, house: House | undefined, other: House | undefined): string[] {
  const cast = castIn(path);
  const certificates = [...leastProfilesWith('Certificate')];
  const profiles = cast ? [cast].filter((type) => type in leastProfiles) : usual;
  // An abstract type has no object of its own; any profile serves to ask.
  return (profiles.length > 0 ? profiles : usual.slice(0, 1)).flatMap((type) => {
    const profile = house ? (house.profiles.get(type) ?? '') : missing;
    const inner = keys.slice(1).some((key) => key.startsWith('rootCertificate')) ? certificates : [type];
    return inner.map((innerType) => {
      const values: Record<string, string> = {
        'derivedCredentials-id': house ? house.settings : missing,
        'deviceConfigurations-id': profile,
        'auditEvents-id': house ? house.event : missing,
        'organization-id': house ? house.tenant : missing,
        'assignments-id': other?.assignments.get(other.profiles.get(type) ?? '') ?? missing,
        'groupAssignments-id': other?.assignments.get(other.profiles.get(type) ?? '') ?? missing,
        'rootCertificatesForServerValidation-id': other?.profiles.get(innerType) ?? missing,
      };
      return path.replace(/\{([^}]+)\}/g, (_, key: string) => values[key] ?? missing);
    });
  });
}

const usual = ['iosEnterpriseWiFiConfiguration', 'iosVpnConfiguration', 'iosScepCertificateProfile'];

function leastProfilesWith(part: string): string[] {
  return Object.keys(leastProfiles).filter((type) => type.includes(`TrustedRoot${part}`));
}

/** A body that would change something if the object were the caller's. */
function bodyFor({ method, path }: Addressed): unknown {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return undefined;
  if (path.endsWith('/$ref')) return { '@odata.id': `/deviceManagement/derivedCredentials/${ours.settings}` };
  if (path.endsWith('/assign')) return { assignments: [] };
  if (/\/assignments(\/|$)/.test(path)) {
    const target = { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' };
    return method === 'PATCH' ? { intent: 'remove' } : { target };
  }
  return { displayName: 'taken' };
}

/** An answer without what differs from one request to the next, one name standing for every id that was asked for. */
function told({ status, headers, text }: Answer): unknown {
  const { etag, location, 'content-type': type } = headers;
  return { status, etag, location, type, text: plain(text) };
}

function plain(text: string): string {
  const ids = [missing, ...theirs.ids.slice(0, -2)].toSorted((a, b) => b.length - a.length);
  return ids
    .reduce((rest, id) => rest.replaceAll(id, '{id}'), text)
    .replace(/"date":"[^"]*","request-id":"[^"]*","client-request-id":"[^"]*"/g, '');
}

/** All that a tenant has, as it sees it. */
async function stateOf(house: House): Promise<string> {
  const sets = ['derivedCredentials', 'deviceConfigurations', 'auditEvents'];
  const refs = [...house.profiles].flatMap(([type, id]) => [
    `deviceConfigurations/${id}/assignments`,
    ...linkable(type).map(({ path }) =>
      path.replace('{deviceConfigurations-id}', id).slice('/deviceManagement/'.length),
    ),
  ]);
  const answers = await Promise.all([...sets, ...refs].map((path) => ask(house, 'GET', `/deviceManagement/${path}`)));
  return answers
    .map(({ headers, text, status }) => `${status} ${headers.etag} ${status === 404 ? '' : text}`)
    .join('\n');
}

before(async () => {
  tenants = await openTenants();
  addresses = await everyAddress(tenants.plainUrl, { host: 'offshoot.example.org' });
  ours = await furnish('ours');
  theirs = await furnish('theirs');
});
after(() => tenants.close());

interface Probe {
  readonly address: Addressed;
  /** The same address about theirs, and about nothing. */
  readonly foreign: string;
  readonly nothing: string;
}

/** Every address that has a key, with their keys all through, and with ours at the head and theirs behind. */
function* probes(): Iterable<Probe> {
  for (const address of addresses.filter(({ keys }) => keys.length > 0)) {
    const all = aimed(address, theirs, theirs);
    const none = aimed(address, undefined, undefined);
    for (const [index, foreign] of all.entries()) yield { address, foreign, nothing: none[index] ?? '' };
    if (address.keys.length < 2) continue;
    const mixed = aimed(address, ours, theirs);
    const mixedNone = aimed(address, ours, undefined);
    for (const [index, foreign] of mixed.entries()) yield { address, foreign, nothing: mixedNone[index] ?? '' };
  }
}

describe('every address with another tenant’s keys', () => {
  test('finds what it names, for those whose it is', async () => {
    const reads = addresses.filter(({ method, keys }) => method === 'GET' && keys.length > 0);
    const found = new Set<string>();
    for (const address of reads) {
      for (const path of aimed(address, theirs, theirs)) {
        if ((await ask(theirs, 'GET', path)).status === 200) found.add(address.path);
      }
    }
    const unfound = reads.filter(({ path }) => !found.has(path)).map(({ path }) => path);
    // States of devices are the server's to write, and links to a single certificate depend on its type.
    assert.ok(found.size > reads.length * 0.7, `${found.size} of ${reads.length}: ${unfound.join('\n')}`);
  });

  test('is answered as with keys that nothing has, and changes nothing', async () => {
    const before = await Promise.all([stateOf(ours), stateOf(theirs)]);
    let asked = 0;
    for (const { address, foreign, nothing } of probes()) {
      const body = bodyFor(address);
      const [one, other] = [
        await ask(ours, address.method, foreign, body),
        await ask(ours, address.method, nothing, body),
      ];
      assert.ok(other.status === 404 || other.status === 400, `${address.method} ${nothing}: ${other.text}`);
      assert.deepEqual(told(one), told(other), `${address.method} ${foreign}`);
      asked += 1;
    }
    assert.ok(asked > 500, `${asked} requests`);
    assert.deepEqual(await Promise.all([stateOf(ours), stateOf(theirs)]), before);
  });

  test('is answered so inside a batch, too', async () => {
    const before = await Promise.all([stateOf(ours), stateOf(theirs)]);
    const all = [...probes()];
    const parts = (url: (probe: Probe) => string) =>
      all.map((probe, index) => {
        const body = bodyFor(probe.address);
        const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
        return { id: String(index), method: probe.address.method, url: url(probe), headers, body };
      });
    const send = async (requests: ReturnType<typeof parts>): Promise<Map<string, unknown>> => {
      const answers = new Map<string, unknown>();
      for (let from = 0; from < requests.length; from += 20) {
        const { json, text, status } = await ask(ours, 'POST', '/$batch', {
          requests: requests.slice(from, from + 20),
        });
        assert.equal(status, 200, text);
        for (const { id, status: own, body } of json.responses) {
          answers.set(id, { status: own, body: plain(JSON.stringify(body ?? null)) });
        }
      }
      return answers;
    };
    const [foreign, nothing] = [
      await send(parts((probe) => probe.foreign)),
      await send(parts((probe) => probe.nothing)),
    ];
    assert.equal(foreign.size, all.length);
    for (const [id, answer] of nothing) assert.deepEqual(foreign.get(id), answer, all[Number(id)]?.foreign);
    assert.deepEqual(await Promise.all([stateOf(ours), stateOf(theirs)]), before);
  });
});

describe('every link', () => {
  test('that names what is another tenant’s is refused as one to nothing: by $ref and by @odata.bind', async () => {
    const before = await Promise.all([stateOf(ours), stateOf(theirs)]);
    let asked = 0;
    for (const [type, id] of ours.profiles) {
      for (const { method, path } of linkable(type)) {
        const property = path.split('/').at(-2) ?? '';
        const url = `/deviceManagement/deviceConfigurations/${id}`;
        for (const [theirId, set] of [
          [theirs.settings, 'derivedCredentials'],
          ...[...theirs.profiles.values()].map((profile) => [profile, 'deviceConfigurations']),
        ]) {
          const link = (target: string | undefined): string => `/deviceManagement/${set}/${target}`;
          const ref = (target: string | undefined) =>
            ask(ours, method, path.replace('{deviceConfigurations-id}', id), { '@odata.id': link(target) });
          const bind = (target: string | undefined) =>
            ask(ours, 'PATCH', url, {
              [`${property}@odata.bind`]: method === 'POST' ? [link(target)] : link(target),
            });
          for (const send of [ref, bind]) {
            const nothing = await send(missing);
            assert.equal(nothing.status, 400, nothing.text);
            assert.deepEqual(told(await send(theirId)), told(nothing), `${type} ${property} ${set}`);
            asked += 1;
          }
        }
      }
    }
    assert.ok(asked > 500, `${asked} links`);
    assert.deepEqual(await Promise.all([stateOf(ours), stateOf(theirs)]), before);
  });
});

describe('every read of ours', () => {
  /** All reads that may answer, with what they lead to. */
  const reads = (): string[] =>
    addresses
      .filter(({ method }) => method === 'GET')
      .flatMap((address) => (address.keys.length === 0 ? [address.path] : aimed(address, ours, ours)));

  test('has nothing of theirs in it, plain, counted, expanded, ordered and in full', async () => {
    let answered = 0;
    for (const path of reads()) {
      for (const query of [
        '',
        '?$count=true',
        '?$expand=*',
        '?$orderby=id%20desc',
        '?$format=json;odata.metadata=full',
      ]) {
        const { status, text } = await ask(ours, 'GET', `${path}${query}`);
        if (status === 200) answered += 1;
        for (const id of theirs.ids) assert.ok(!text.includes(id), `${path}${query} has ${id}`);
      }
    }
    assert.ok(answered > 500, `${answered} answers`);
  });

  test('has a next link that serves nobody else', async () => {
    let links = 0;
    for (const path of reads()) {
      const { status, json } = await ask(ours, 'GET', `${path}?$top=1`);
      const link: string | undefined = status === 200 ? json?.['@odata.nextLink'] : undefined;
      if (link === undefined) continue;
      const next = new URL(link);
      const url = `${next.pathname}${next.search}`;
      assert.equal((await tenants.send('GET', url, { token: ours.token })).status, 200, url);
      const refused = await tenants.send('GET', url, { token: theirs.token });
      assert.equal(refused.status, path.includes(ours.settings) || refused.status === 404 ? 404 : 400, url);
      links += 1;
    }
    assert.ok(links > 5, `${links} links`);
  });

  test('has an entity tag that stands for nothing of theirs', async () => {
    for (const [path, other] of [
      [`derivedCredentials/${ours.settings}`, `derivedCredentials/${theirs.settings}`],
      ...[...ours.profiles].map(
        ([type, id]) => [profilePath(id), profilePath(theirs.profiles.get(type) ?? '')] as const,
      ),
    ]) {
      const etag = String((await ask(theirs, 'GET', `/deviceManagement/${other}`)).headers.etag);
      const read = await ask(ours, 'GET', `/deviceManagement/${path}`, undefined, { 'if-none-match': etag });
      assert.equal(read.status, 200, `${path} is not what ${etag} names`);
      const written = await ask(ours, 'PATCH', `/deviceManagement/${path}`, { displayName: 'x' }, { 'if-match': etag });
      assert.equal(written.status, 412, written.text);
    }
  });

  test('of the audit tells what ours did, and theirs nothing of it', async () => {
    const known = async (house: House) =>
      new Set(
        (await ask(house, 'GET', '/deviceManagement/auditEvents')).json.value.map(({ id }: { id: string }) => id),
      );
    const [mine, other] = [await known(ours), await known(theirs)];
    assert.ok(mine.size > 20 && other.size > 20);
    for (const id of other) {
      assert.ok(!mine.has(id));
      assert.equal((await ask(ours, 'GET', `/deviceManagement/auditEvents/${id}`)).status, 404);
    }
  });
});
