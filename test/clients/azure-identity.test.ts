// @azure/identity and @azure/msal-node, unmodified, over https: each way to a token, and an update with it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { User } from '../../src/plan/index.js';
import { Browser, signIn } from '../sign-in/browser.js';
import {
  appsRead,
  by,
  configurationWrite,
  type Ground,
  type MadeApplication,
  makeCertificate,
  openGround,
  password,
} from '../sign-in/ground.js';
import type { Ask, Told } from './azure-identity.process.js';
import { type ClientProcess, openClientProcess } from './client-process.js';

const program = new URL('./azure-identity.process.js', import.meta.url);
const everything = 'https://graph.microsoft.com/.default';
type Kind = Ask['kind'];
type Details<K extends Kind> = Omit<Extract<Ask, { kind: K }>, 'kind' | 'tenantId' | 'clientId' | 'settingsId'>;

describe("Microsoft's identity libraries", () => {
  let ground: Ground;
  let client: ClientProcess<Ask, Told>;
  let made: MadeApplication;
  let user: User;
  let origin: string;
  let ca: Buffer;
  before(async () => {
    ground = await openGround();
    const { server } = ground;
    assert.ok(server.development && server.url);
    made = await ground.application({ scopes: [configurationWrite, appsRead], redirectUris: ['http://localhost'] });
    user = await ground.user();
    origin = `https://localhost:${new URL(server.url).port}`;
    ca = await readFile(server.development.caFile);
    client = await openClientProcess(program, server);
  });
  after(async () => {
    await client.close();
    await ground.close();
  });

  async function ask<K extends Kind>(kind: K, details: Details<K>): Promise<Told> {
    const { tenantId, server } = ground;
    const settingsId = server.development?.settingsId ?? '';
    const told = await client.ask({ kind, tenantId, clientId: made.application.id, settingsId, ...details } as never);
    assert.equal(told.error, undefined);
    return told;
  }
  const updated = (told: Told) => assert.equal(told.status, 200);

  test('ClientSecretCredential gets a token as from Entra', async () => {
    updated(await ask('secretCredential', { secret: made.secret }));
  });

  test('ClientCertificateCredential gets a token as from Entra', async () => {
    const { cert, key } = await makeCertificate();
    const place = { tenantId: ground.tenantId, id: made.application.id };
    await ground.applications.addCertificate(place, { pem: cert }, by());
    const folder = ground.server.development?.caFile.replace(/[^/]+$/, '') ?? '';
    const certificatePath = join(folder, 'program.pem');
    await writeFile(certificatePath, `${key}${cert}`);
    updated(await ask('certificateCredential', { certificatePath }));
  });

  test('DeviceCodeCredential gets a token once the user has entered the code', async () => {
    const { userCode, url } = await ask('deviceCodeCredential', {});
    await enterCode(url ?? '', userCode ?? '');
    const told = await ask('deviceCodeCredentialEnd', {});
    updated(told);
    assert.equal(decodeJwt(told.token ?? '').upn, user.userPrincipalName);
  });

  test('msal-node gets a token by a secret, and twice by the same assertion of a certificate', async () => {
    updated(await ask('msalSecret', { secret: made.secret }));
    const { cert, key } = await makeCertificate();
    const place = { tenantId: ground.tenantId, id: made.application.id };
    const { certificate } = await ground.applications.addCertificate(place, { pem: cert }, by());
    const thumbprintSha256 = Buffer.from(certificate.thumbprintSha256, 'base64url').toString('hex');
    updated(await ask('msalCertificate', { thumbprintSha256, privateKey: key }));
  });

  test('msal-node signs a user in with code and PKCE, finds the token again, and refreshes it', async () => {
    for (const scopes of [[configurationWrite], [everything]]) {
      const redirectUri = 'http://localhost:53682';
      const { url } = await ask('msalCodeUrl', { redirectUri, scopes });
      const browser = new Browser(origin, ca);
      const end = await signIn(browser, await browser.visit(url ?? ''), user.userPrincipalName, password);
      const target = new URL(end.location ?? '');
      assert.equal(target.origin, redirectUri);
      assert.equal(target.searchParams.get('state'), 'of the test');
      const first = await ask('msalCode', { code: target.searchParams.get('code') ?? '', scopes });
      updated(first);
      assert.equal(first.account, user.userPrincipalName);
      const again = await ask('msalSilent', { scopes, forceRefresh: false });
      assert.deepEqual([again.fromCache, again.token], [true, first.token]);
      const refreshed = await ask('msalSilent', { scopes, forceRefresh: true });
      updated(refreshed);
      assert.equal(refreshed.fromCache, false);
      assert.notEqual(refreshed.token, first.token);
      const afterwards = await ask('msalSilent', { scopes, forceRefresh: false });
      assert.deepEqual([afterwards.fromCache, afterwards.token], [true, refreshed.token]);
    }
  });

  test('msal-node signs a user in with a device code, and refreshes the token', async () => {
    const scopes = [everything];
    const { userCode, url } = await ask('msalDeviceCode', { scopes });
    await enterCode(url ?? '', userCode ?? '');
    updated(await ask('msalDeviceCodeEnd', {}));
    assert.equal((await ask('msalSilent', { scopes, forceRefresh: false })).fromCache, true);
    updated(await ask('msalSilent', { scopes, forceRefresh: true }));
  });

  async function enterCode(url: string, code: string): Promise<void> {
    const browser = new Browser(origin, ca);
    const input = await browser.visit(url);
    const confirm = await browser.submit(input, { user_code: code });
    const page = await browser.submit(confirm, { confirm: 'yes' });
    const end = await signIn(browser, page, user.userPrincipalName, password);
    assert.match(end.text, /<h1>Signed in<\/h1>/);
  }
});
