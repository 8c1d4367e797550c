// The token endpoint in production: off unless asked for, its keys in files or encrypted in the store, and their rotation.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decodeProtectedHeader, importPKCS8, SignJWT } from 'jose';
import { type Clock, systemClock } from '../../src/base/index.js';
import { createServer, type ServerSettings } from '../../src/index.js';
import { keysInStore, readSealingSecret, rotateKey } from '../../src/sign-in/index.js';
import {
  allOfGraph,
  by,
  configurationWrite,
  type Ground,
  type MadeApplication,
  makeCertificate,
  openGround,
} from '../sign-in/ground.js';
import { call } from '../support.js';

const publicUrl = 'https://graph.example.org';
const host = 'graph.example.org';
const tokenPath = '/oauth2/v2.0/token';
const production = { dev: false, plainHttp: true, publicUrl } as const;

describe('the token endpoint in production', () => {
  let folder: string;
  let secretFile: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offshoot-keys-'));
    secretFile = await writeSecret('secret');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function writeSecret(name: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, `${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}\n`);
    return file;
  }
  async function within(
    settings: Partial<ServerSettings>,
    work: (ground: Ground) => Promise<void>,
    clock?: Clock,
  ): Promise<void> {
    const ground = await openGround({ ...production, ...settings }, clock);
    try {
      await work(ground);
    } finally {
      await ground.close();
    }
  }
  const tokenOf = async (ground: Ground, { application, secret }: MadeApplication): Promise<string> => {
    const form = {
      grant_type: 'client_credentials',
      client_id: application.id,
      client_secret: secret,
      scope: allOfGraph,
    };
    const answer = await ground.post(tokenPath, form, { host });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.access_token;
  };
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const get = (ground: Ground, path: string, token: string | null = null) =>
    call(ground.server, 'GET', path, { token, headers: { host } });
  const published = async (ground: Ground): Promise<string[]> => {
    const { json } = await get(ground, `/${ground.tenantId}/discovery/v2.0/keys`);
    return json.keys.map(({ kid }: { kid: string }) => kid);
  };

  test('is off unless it is asked for', async () => {
    await within({ issuer: ['https://idp.example.org/'] }, async (ground) => {
      assert.equal((await ground.post(tokenPath, {}, { host })).status, 401);
      assert.equal((await get(ground, `/${ground.tenantId}/v2.0/.well-known/openid-configuration`)).status, 401);
    });
  });

  test('has the public URL as its issuer, and cookies that no other site can set', async () => {
    await within({ signIn: true, signInSecret: [secretFile] }, async (ground) => {
      const made = await ground.application({ redirectUris: ['https://app.example.org/'] });
      const { json } = await get(ground, `/${ground.tenantId}/v2.0/.well-known/openid-configuration`);
      assert.equal(json.issuer, `${publicUrl}/${ground.tenantId}/v2.0`);
      assert.equal((await get(ground, '/common/v2.0/.well-known/openid-configuration')).status, 400);
      const token = await tokenOf(ground, made);
      assert.equal((await get(ground, '/beta/deviceManagement', token)).status, 200);
      const query = new URLSearchParams({
        client_id: made.application.id,
        response_type: 'code',
        redirect_uri: 'https://app.example.org/',
        scope: configurationWrite,
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
      });
      const answer = await get(ground, `/${ground.tenantId}/oauth2/v2.0/authorize?${query}`);
      assert.equal(answer.status, 303, answer.text);
      for (const cookie of answer.headers['set-cookie'] ?? []) {
        assert.match(cookie, /; secure/i);
        assert.match(cookie, /; httponly/i);
        assert.match(cookie, /; samesite=lax/i);
        assert.match(cookie, /^__Secure-|^__Host-[^;]*;(.*; )?path=\/(;|$)/);
      }
    });
  });

  test('keeps its keys encrypted, under a secret without which no server starts', async () => {
    await within({ signIn: true, signInSecret: [secretFile] }, async (ground) => {
      const kept = (await ground.store.findSecret('sign-in-key-1')) ?? '';
      assert.match(kept, /^aes-256-gcm\.[\w-]+\.[\w-]+\.[\w-]+$/);
      const other = await writeSecret('other');
      const keysBy = async (...files: readonly [string, ...string[]]) => {
        const [first, ...others] = await Promise.all(files.map(readSealingSecret));
        assert.ok(first);
        return keysInStore(ground.store, { secrets: [first, ...others] }, systemClock).current();
      };
      assert.equal((await keysBy(secretFile)).length, 1);
      await assert.rejects(keysBy(other), /not encrypted under/);
      // The new secret first, the old one behind it: what was encrypted under either opens.
      await rotateKey(ground.store, { secrets: [await readSealingSecret(other)] });
      assert.equal((await keysBy(other, secretFile)).length, 2);
      await assert.rejects(keysBy(secretFile), /not encrypted under/);
    });
  });

  test('takes another key without a restart, from the store or a folder, and what the old one signed goes on to hold', async () => {
    let ahead = 0;
    const clock = { now: () => Date.now() + ahead };
    const keyFolder = await mkdtemp(join(folder, 'pem-'));
    const writeKey = (name: string) =>
      writeFile(
        join(keyFolder, name),
        generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
      );
    await writeKey('2026-01.pem');
    const ways: readonly [Partial<ServerSettings>, (ground: Ground) => Promise<unknown>][] = [
      [
        { signInSecret: [secretFile] },
        async ({ store }) => rotateKey(store, { secrets: [await readSealingSecret(secretFile)] }),
      ],
      [{ signInKeys: keyFolder }, () => writeKey('2026-02.pem')],
    ];
    for (const [settings, rotate] of ways) {
      ahead = 0;
      await within(
        { signIn: true, ...settings },
        async (ground) => {
          const made = await ground.application();
          const before_ = await tokenOf(ground, made);
          await rotate(ground);
          assert.equal(kidOf(await tokenOf(ground, made)), kidOf(before_));
          ahead = 31_000;
          const after_ = await tokenOf(ground, made);
          assert.notEqual(kidOf(after_), kidOf(before_));
          assert.deepEqual(await published(ground), [kidOf(after_), kidOf(before_)]);
          for (const token of [before_, after_]) {
            assert.equal((await get(ground, '/beta/deviceManagement', token)).status, 200);
          }
        },
        clock,
      );
    }
  });

  test('takes an assertion again from the address that sent it first, and from no other', async () => {
    const settings = { signIn: true, signInSecret: [secretFile], trustProxy: ['127.0.0.1'] };
    await within(settings, async (ground) => {
      const { application } = await ground.application();
      const { cert, key } = await makeCertificate();
      await ground.applications.addCertificate({ tenantId: ground.tenantId, id: application.id }, { pem: cert }, by());
      const sign = async (exp: number) =>
        new SignJWT({ iss: application.id, sub: application.id, jti: 'one', exp })
          .setAudience(`${publicUrl}/${ground.tenantId}${tokenPath}`)
          .setProtectedHeader({ alg: 'PS256' })
          .sign(await importPKCS8(key, 'PS256'));
      const end = Math.floor(Date.now() / 1000) + 600;
      const assertion = await sign(end);
      const ask = (from: string, client_assertion = assertion) =>
        ground.post(
          tokenPath,
          {
            grant_type: 'client_credentials',
            client_id: application.id,
            scope: allOfGraph,
            client_assertion,
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          },
          { host, 'x-forwarded-for': from },
        );
      assert.equal((await ask('192.0.2.1')).status, 200);
      assert.equal((await ask('192.0.2.1')).status, 200);
      assert.deepEqual((await ask('192.0.2.2')).json.error_codes, [700030]);
      assert.deepEqual((await ask('192.0.2.1', await sign(end + 1))).json.error_codes, [700030]);
    });
  });

  test('refuses keys that cannot be used, when it starts', async () => {
    const start = (settings: Partial<ServerSettings>) =>
      createServer({ ...production, logLevel: 'silent', signIn: true, ...settings });
    const empty = await mkdtemp(join(folder, 'empty-'));
    await assert.rejects(start({ signInKeys: empty }), /There is no key/);
    await writeFile(
      join(empty, 'a.pem'),
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    await assert.rejects(start({ signInKeys: empty }), /not an RSA key of 2048 bits/);
    const short = join(folder, 'short');
    await writeFile(short, 'abcd');
    await assert.rejects(start({ signInSecret: [short] }), /fewer than 32 bytes/);
    await assert.rejects(start({}), /--sign-in goes with/);
    await assert.rejects(
      start({ signIn: false, issuer: ['https://idp.example.org'], signInKeys: empty }),
      /--sign-in goes with/,
    );
    const issuer = ['https://sts.windows.net/{tenantid}/'];
    await assert.rejects(start({ signInSecret: [secretFile], issuer }), /no --issuer can have that name/);
  });
});
