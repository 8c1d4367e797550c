// Two servers over one PostgreSQL: what one of them gives the other takes, once.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createServer, type Server } from '../../src/index.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { Browser, signIn } from '../sign-in/browser.js';
import { allOfGraph, configurationWrite, type Ground, openGround, password } from '../sign-in/ground.js';
import { type Answer, call } from '../support.js';

describe('two servers over one store', () => {
  let postgresql: PostgresqlServer;
  let first: Ground;
  let second: Server;
  before(async () => {
    postgresql = await sharedPostgresql();
    const database = await newDatabase(postgresql.url);
    first = await openGround({ database });
    second = await createServer({ database, logLevel: 'error' });
  });
  after(async () => {
    await second.close();
    await first.close();
    await postgresql.stop();
  });

  const post = (server: Server, form: Readonly<Record<string, string>>): Promise<Answer> =>
    call(server, 'POST', `/${first.tenantId}/oauth2/v2.0/token`, {
      token: null,
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });

  test('take each other’s tokens at once, whichever has made the signing key', async () => {
    const { application, secret } = await first.application();
    const form = {
      grant_type: 'client_credentials',
      client_id: application.id,
      client_secret: secret,
      scope: allOfGraph,
    };
    for (const [giver, taker] of [
      [first.server, second],
      [second, first.server],
    ] as const) {
      const { json } = await post(giver, form);
      const answer = await call(taker, 'GET', '/beta/deviceManagement', { token: json.access_token });
      assert.equal(answer.status, 200, answer.text);
    }
  });

  test('redeem a code, and refresh a token, once between them', async () => {
    const { application } = await first.application({ redirectUris: ['http://localhost/'] });
    const user = await first.user();
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: application.id,
      response_type: 'code',
      redirect_uri: 'http://localhost/',
      scope: `offline_access ${configurationWrite}`,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const begin = async (): Promise<string> => {
      const browser = new Browser(first.origin);
      const page = await browser.visit(`${first.origin}/${first.tenantId}/oauth2/v2.0/authorize?${query}`);
      const { location } = await signIn(browser, page, user.userPrincipalName, password);
      return new URL(location ?? '').searchParams.get('code') ?? '';
    };
    const redeem = (server: Server, code: string) =>
      post(server, {
        grant_type: 'authorization_code',
        client_id: application.id,
        code,
        redirect_uri: 'http://localhost/',
        code_verifier: verifier,
      });
    const refresh = (server: Server, token: string) =>
      post(server, { grant_type: 'refresh_token', client_id: application.id, refresh_token: token });

    const code = await begin();
    const both = await Promise.all([redeem(first.server, code), redeem(second, code)]);
    assert.ok(both.filter(({ status }) => status === 200).length <= 1);

    const given = await redeem(second, await begin());
    assert.equal(given.status, 200, given.text);
    const next = await refresh(first.server, given.json.refresh_token);
    assert.equal(next.status, 200, next.text);
    const again = await refresh(second, given.json.refresh_token);
    assert.deepEqual(again.json.error_codes, [50173]);
    assert.equal((await refresh(first.server, next.json.refresh_token)).status, 400);
  });
});
