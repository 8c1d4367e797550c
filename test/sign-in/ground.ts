// A server that gives tokens, with applications and users in its directory, for the tests of the token endpoint.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509CertificateGenerator } from '@peculiar/x509';
import { type Clock, newId, systemClock } from '../../src/base/index.js';
import { completeSettings } from '../../src/config/index.js';
import { type Applications, createApplications, createUsers, type Users } from '../../src/directory/index.js';
import type { Server, ServerSettings } from '../../src/index.js';
import type { Application, User } from '../../src/plan/index.js';
import { openServer } from '../../src/server.js';
import { byProgram, changeTenant } from '../../src/service/index.js';
import { openDatabase } from '../../src/store/database.js';
import { openStore, type Store, storePath } from '../../src/store/index.js';
import { testStore } from '../postgresql.js';
import { type Answer, call } from '../support.js';

export const configurationWrite = 'DeviceManagementConfiguration.ReadWrite.All';
export const appsRead = 'DeviceManagementApps.Read.All';
export const allOfGraph = 'https://graph.microsoft.com/.default';
export const password = 'correct horse battery staple';
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

export const by = () => byProgram('the tests', newId);

export interface MadeApplication {
  readonly application: Application;
  readonly secret: string;
}

export interface Ground {
  readonly server: Server;
  readonly tenantId: string;
  /** The plain http origin. */
  readonly origin: string;
  readonly store: Store;
  readonly applications: Applications;
  readonly users: Users;
  /** An application with a secret; with the permission to write, by itself and for users, unless told otherwise. */
  application(draft?: Partial<Application>, clock?: Clock): Promise<MadeApplication>;
  user(draft?: Partial<User>): Promise<User>;
  /** Sends a form to a path below the tenant. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Answer>;
  /** Asks for a token by client credentials. */
  token(made: MadeApplication): Promise<string>;
  /** All that the store keeps of sign-ins. */
  records(): Promise<unknown>;
  close(): Promise<void>;
}

export async function openGround(settings: Partial<ServerSettings> = {}, clock = systemClock): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-sign-in-'));
  const where = { data: folder, ...(settings.database === undefined && (await testStore())) };
  const production = settings.dev === false;
  const ports = { ...(!settings.plainHttp && { port: 0 }), httpPort: 0 };
  const complete = completeSettings({ dev: true, logLevel: 'error', maxDelay: 0, ...ports, ...where, ...settings });
  const server = await openServer(complete, { clock });
  const store = await openStore({ path: storePath(complete), create: false });
  const tenantId = server.development?.tenantId ?? newId();
  if (production) {
    const tenant = { displayName: 'Contoso', license: 'active' } as const;
    await changeTenant(store, tenantId, () => tenant, { clock: systemClock, by: by() });
  }
  const means = { store, clock: systemClock, newId };
  const applications = createApplications(means);
  const users = createUsers(means);
  const origin = server.plainUrl ?? '';
  let names = 0;
  const post: Ground['post'] = (path, form, headers = {}) =>
    call(server, 'POST', `/${tenantId}${path}`, {
      token: null,
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  return {
    server,
    tenantId,
    origin,
    store,
    applications,
    users,
    async application(draft = {}, clock = systemClock) {
      const made = await createApplications({ ...means, clock }).create(
        tenantId,
        { displayName: 'Program', roles: [configurationWrite], scopes: [configurationWrite], ...draft },
        by(),
        { end: clock.now() + 86_400_000 },
      );
      return { application: made.application, secret: made.secretText ?? '' };
    },
    user: (draft = {}) =>
      users.create(
        tenantId,
        { userPrincipalName: `person${++names}@example.org`, password, scopes: [configurationWrite], ...draft },
        by(),
      ),
    post,
    async token({ application, secret }) {
      const form = { client_id: application.id, client_secret: secret, scope: allOfGraph };
      const answer = await post('/oauth2/v2.0/token', { grant_type: 'client_credentials', ...form });
      return answer.json.access_token;
    },
    async records() {
      const database = await openDatabase(storePath(complete), { create: false });
      const rows = await database.read(async (queries) => queries.all('SELECT * FROM sign_in_records'));
      await database.close();
      return rows;
    },
    async close() {
      await server.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A certificate of its own key, PEM: RSA, as Entra asks of applications. */
export async function makeCertificate(): Promise<{ cert: string; key: string }> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '4711',
    name: [{ CN: ['program'] }],
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: algorithm,
    keys,
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g)?.join('\n');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}
