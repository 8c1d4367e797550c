// Applications and users made by commands get tokens of the server that runs beside; its log tells of it, and of no secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { Browser, signIn } from '../sign-in/browser.js';
import { call } from '../support.js';
import { development, offshoot, serve, temporaryFolder, within } from './program.js';

const permission = 'DeviceManagementConfiguration.ReadWrite.All';

test('what the commands make signs in, keys are rotated beside the server, and the log has no secret', async (t) => {
  const data = await temporaryFolder(t);
  const args = ['--log-level', 'debug', '--log-requests', '--log-personal'];
  const { ready, stderr, stop } = await serve(t, ...development(data), ...args);
  const made = async (...command: readonly string[]) => {
    const { code, stdout, stderr: wrong } = await offshoot(...command, '--data', data, '--json');
    assert.equal(code, 0, wrong);
    return JSON.parse(stdout);
  };
  const app = await made('app', 'create', '--name', 'Script', '--role', permission, '--scope', permission);
  const user = await made('user', 'create', '--name', 'ann@example.org', '--scope', permission);
  const rotated = await offshoot('sign-in', 'rotate', '--data', data);
  assert.equal(rotated.code, 0, rotated.stderr);

  const post = (path: string, form: Readonly<Record<string, string>>) =>
    call(ready, 'POST', `/${ready.tenantId}/oauth2/v2.0/${path}`, {
      token: null,
      body: new URLSearchParams({ client_id: app.appId, ...form }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const scope = 'https://graph.microsoft.com/.default';
  const grant = { grant_type: 'client_credentials', scope };
  const { json: own } = await post('token', { ...grant, client_secret: app.clientSecret });
  assert.equal(decodeProtectedHeader(own.access_token).kid, rotated.stdout.trim());
  await post('token', { ...grant, client_secret: `${app.clientSecret}-wrong` });

  const { json: device } = await post('devicecode', { scope: `offline_access ${scope}` });
  const browser = new Browser(ready.plainUrl);
  const input = await browser.visit(device.verification_uri);
  const page = await browser.submit(await browser.submit(input, { user_code: device.user_code }), { confirm: 'yes' });
  const wrong = await browser.submit(page, {
    user: 'ann@example.org',
    password: 'a wrong password',
    action: 'sign-in',
  });
  await signIn(browser, wrong, 'ann@example.org', user.password);
  const { json: tokens } = await post('token', { grant_type: 'device_code', device_code: device.device_code });
  const update = await call(ready, 'PATCH', `/beta/deviceManagement/derivedCredentials/${ready.settingsId}`, {
    token: tokens.access_token,
    body: { displayName: 'By a user' },
  });
  assert.equal(update.status, 200, update.text);
  await within(5000, async () => stderr().includes('update derivedCredentials'));
  await stop();

  for (const event of ['tokenIssued', 'tokenRefused', 'userSignedIn', 'signInFailed']) {
    assert.match(stderr(), new RegExp(`"event":"${event}"`));
  }
  const cookies = browser
    .cookiesFor('/')
    .split('; ')
    .map((cookie) => cookie.replace(/^[^=]+=/, ''));
  const secrets = [
    app.clientSecret,
    user.password,
    'a wrong password',
    own.access_token,
    device.device_code,
    device.user_code,
    tokens.access_token,
    tokens.refresh_token,
    ...cookies,
  ];
  for (const secret of secrets) assert.ok(secret && !stderr().includes(secret), 'a secret is in the log');
});
