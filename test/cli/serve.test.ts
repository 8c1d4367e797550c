// `offshoot serve --dev`: what it prints works, and how it starts and ends.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { call } from '../support.js';
import { development, offshoot, program, type Ready, serve, temporaryFolder, within } from './program.js';

const settingsOf = ({ settingsId }: Ready): string => `/beta/deviceManagement/derivedCredentials/${settingsId}`;
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('offshoot serve --dev', () => {
  test('warns and prints no token where it may listen beyond loopback; its certificate is for loopback all the same', async (t) => {
    const folder = await temporaryFolder(t);
    // Of the addresses that it does not take otherwise, one that nobody else reaches.
    const beyond = [...development(folder), '--host', '127.0.0.2'];
    const { code, stderr } = await offshoot('serve', ...beyond);
    assert.deepEqual([code, /certificate for localhost/.test(stderr)], [2, true], stderr);
    const served = await serve(t, ...beyond, '--dev-beyond-loopback');
    const { ready } = served;
    assert.equal(ready.token, undefined);
    assert.match(served.stderr(), /^offshoot: WARNING: DEVELOPMENT MODE LISTENS BEYOND LOOPBACK, on 127\.0\.0\.2\./);
    await within(2000, async () => /"event":"developmentBeyondLoopback"/.test(served.stderr()));
    const token = (await offshoot('token', '--data', folder)).stdout.trim();
    assert.equal((await call(ready, 'GET', settingsOf(ready), { token })).status, 200);
    const ca = await readFile(ready.caFile);
    await assert.rejects(
      call(ready, 'GET', `${ready.url}/beta/$metadata`, { ca, token: null }),
      /does not match|altnames/,
    );
    await served.stop();
    const told = spawn(process.execPath, [program, 'serve', ...beyond, '--dev-beyond-loopback'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    t.after(() => told.kill('SIGKILL'));
    let text = '';
    told.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await within(10_000, async () => /Stop with Ctrl-C/.test(text));
    assert.match(text, /BEYOND LOOPBACK/);
    assert.doesNotMatch(text, /eyJ/);
  });

  test('prints one JSON line when it is ready, and each thing in it works', async (t) => {
    const folder = await temporaryFolder(t);
    const { ready, stop, child } = await serve(t, ...development(folder));
    let more = '';
    child.stdout?.on('data', (chunk) => {
      more += chunk;
    });
    assert.deepEqual(Object.keys(ready).sort(), [
      'caFile',
      'plainUrl',
      'profiles',
      'settingsId',
      'tenantId',
      'token',
      'url',
    ]);
    const { token, plainUrl, url } = ready;
    const ca = await readFile(ready.caFile);
    const { port } = new URL(url);
    for (const origin of [plainUrl, url, `https://localhost:${port}`, `https://127.0.0.1:${port}`]) {
      const answer = await call(ready, 'GET', `${origin}${settingsOf(ready)}`, { token, ca });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.id, ready.settingsId);
      assert.ok(answer.json['@odata.context'].startsWith(`${origin}/beta/$metadata#`));
      assert.equal(answer.headers['strict-transport-security'], undefined);
    }
    assert.deepEqual(Object.keys(ready.profiles).sort(), [
      'iosDerivedCredentialAuthenticationConfiguration',
      'iosEasEmailProfileConfiguration',
      'iosEnterpriseWiFiConfiguration',
      'iosVpnConfiguration',
    ]);
    for (const [type, id] of Object.entries(ready.profiles)) {
      const profile = `/beta/deviceManagement/deviceConfigurations/${id}`;
      const answer = await call(ready, 'GET', profile, { token });
      assert.equal(answer.json['@odata.type'], `#microsoft.graph.${type}`);
      const bound = await call(ready, 'GET', `${profile}/derivedCredentialSettings`, { token });
      assert.equal(bound.json.id, ready.settingsId);
    }
    const root = await call(ready, 'GET', '/beta/deviceManagement', { token });
    assert.equal(root.json.intuneAccountId, ready.tenantId);
    assert.equal(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).tid, ready.tenantId);
    await stop();
    assert.equal(more, '', 'nothing else is on standard output');
  });

  test('listens on ::1, for which its certificate is good too', {
    skip: !hasIpv6 && 'there is no ::1 here',
  }, async (t) => {
    const { ready } = await serve(t, ...development(await temporaryFolder(t)), '--host', '::1');
    assert.match(ready.url, /^https:\/\/\[::1\]:\d+$/);
    const ca = await readFile(ready.caFile);
    const answer = await call(ready, 'GET', `${ready.url}${settingsOf(ready)}`, { token: ready.token, ca });
    assert.equal(answer.status, 200, answer.text);
  });

  test("keeps files that are the owner's alone, but for the certificate that clients trust", async (t) => {
    const folder = join(await temporaryFolder(t), 'made', 'by', 'it');
    const { ready } = await serve(t, ...development(folder));
    assert.equal((await stat(folder)).mode & 0o077, 0);
    for (const file of ['offshoot.db', 'server.lock'])
      assert.equal((await stat(join(folder, file))).mode & 0o077, 0, file);
    assert.doesNotMatch(await readFile(ready.caFile, 'utf8'), /PRIVATE/);
  });

  test('prints curl lines that can be pasted, the first of them a PATCH, even when the samples are gone', async (t) => {
    // A name that a shell would trip over.
    const folder = join(await temporaryFolder(t), "it's a folder");
    await mkdir(folder);
    const lines = await pasteLines(t, folder);
    assert.match(lines[0] ?? '', /^curl -X PATCH /);
    assert.ok(lines.length >= 4 && lines.some((line) => line.includes("-X PATCH 'https://")), lines.join('\n'));

    const { ready, stop } = await serve(t, ...development(folder));
    const { token, settingsId, profiles } = ready;
    const gone = [
      `derivedCredentials/${settingsId}`,
      ...Object.values(profiles).map((id) => `deviceConfigurations/${id}`),
    ];
    for (const path of gone) {
      assert.equal((await call(ready, 'DELETE', `/beta/deviceManagement/${path}`, { token })).status, 204);
    }
    await stop();
    assert.match((await pasteLines(t, folder))[0] ?? '', /^curl -X POST /);
  });

  test('says which port is in use and ends with exit code 1', async (t) => {
    const blocker = createTcpServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    t.after(() => blocker.close());
    const { port } = blocker.address() as AddressInfo;
    for (const flag of ['port', 'http-port']) {
      const data = await temporaryFolder(t);
      const { code, stdout, stderr } = await offshoot('serve', ...development(data), `--${flag}`, `${port}`);
      assert.match(stderr, new RegExp(`^offshoot: Port ${port} of 127.0.0.1 is in use. Another port: --${flag}\\.\n$`));
      assert.deepEqual([code, stdout], [1, '']);
    }
  });

  test('says that a data folder cannot be written and ends with exit code 1', async (t) => {
    // Below a file nobody can make a folder, not even root.
    const file = join(await temporaryFolder(t), 'file');
    await writeFile(file, '');
    const { code, stdout, stderr } = await offshoot('serve', ...development(join(file, 'data')));
    assert.match(stderr, /^offshoot: The data folder '.*' cannot be written: .*\n$/);
    assert.deepEqual([code, stdout], [1, '']);
  });

  test('refuses a data folder that another server uses, until that one is gone, even by kill -9', async (t) => {
    const folder = await temporaryFolder(t);
    const first = await serve(t, ...development(folder));
    const { code, stderr } = await offshoot('serve', ...development(folder));
    assert.match(stderr, /^offshoot: Another Offshoot server is running on the data folder '.*'\.\n$/);
    assert.equal(code, 1);
    const { token, plainUrl } = first.ready;
    const change = { displayName: 'before the kill' };
    const updated = await call(first.ready, 'PATCH', settingsOf(first.ready), { token, body: change });
    assert.equal(updated.status, 200, 'the refused one did the first no harm');
    assert.deepEqual(await first.stop('SIGKILL'), { code: null, signal: 'SIGKILL' });

    const second = await serve(t, ...development(folder));
    assert.equal(second.ready.settingsId, first.ready.settingsId);
    assert.deepEqual(second.ready.profiles, first.ready.profiles);
    assert.notEqual(second.ready.plainUrl, plainUrl);
    const seen = await call(second.ready, 'GET', settingsOf(second.ready), { token });
    assert.equal(seen.json?.displayName, 'before the kill', 'the token of the first still works too');
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} lets a running request finish and ends with exit code 0`, async (t) => {
      const { ready, stop } = await serve(t, ...development(await temporaryFolder(t)));
      const slow = startUpdate(ready);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const stopped = stop(signal);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(await slow.finish(), 200);
      const answered = performance.now();
      assert.deepEqual(await stopped, { code: 0, signal: null });
      // The client's connection would be kept for five seconds.
      assert.ok(performance.now() - answered < 3000);
    });
  }

  test('a second signal ends it at once', async (t) => {
    const { ready, stop } = await serve(t, ...development(await temporaryFolder(t)));
    const slow = startUpdate(ready);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const first = stop('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await stop('SIGTERM');
    assert.deepEqual(await first, { code: null, signal: 'SIGTERM' });
    await assert.rejects(slow.finish());
  });

  test('goes on when its standard output is closed', async (t) => {
    const folder = await temporaryFolder(t);
    const { ready, child, stop } = await serve(t, ...development(folder));
    child.stdout?.destroy();
    const { settingsId, token, plainUrl } = ready;
    await stop();

    // Closed before the ready line: nobody is told, but it serves.
    const { port } = new URL(plainUrl);
    const again = spawn(process.execPath, [program, 'serve', ...development(folder), '--http-port', port], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => again.kill('SIGKILL'));
    again.stdout.destroy();
    again.stderr.destroy();
    const answers = (): Promise<boolean> =>
      call({ plainUrl }, 'GET', `/beta/deviceManagement/derivedCredentials/${settingsId}`, { token }).then(
        ({ status }) => status === 200,
        () => false,
      );
    await within(10_000, answers);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(await answers());
    assert.equal(again.exitCode, null);
    again.kill('SIGTERM');
    assert.deepEqual(await once(again, 'exit'), [0, null]);
  });
});

/** Serves the folder, runs each curl line that it prints through a shell, and answers the lines. */
async function pasteLines(t: TestContext, folder: string): Promise<string[]> {
  const child = spawn(process.execPath, [program, 'serve', ...development(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let shown = '';
  child.stdout.on('data', (chunk) => {
    shown += chunk;
  });
  await within(20_000, async () => shown.includes('Ctrl-C'));
  assert.match(shown, /DEVELOPMENT MODE/);
  const lines = shown
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('curl'));
  for (const line of lines) {
    const strict = line.replace('curl', 'curl --silent --show-error --fail-with-body');
    const { stdout } = await promisify(execFile)('sh', ['-c', strict]);
    assert.match(JSON.parse(stdout)['@odata.context'], /\/beta\/\$metadata#/, line);
  }
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  return lines;
}

/** An update of which only half of the body is sent until `finish`, which answers the status. */
function startUpdate(ready: Ready): { finish(): Promise<number> } {
  const body = JSON.stringify({ displayName: 'sent slowly' });
  const sending = request(`${ready.plainUrl}${settingsOf(ready)}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${ready.token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const status = new Promise<number>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response) => resolve(response.resume().statusCode ?? 0));
  });
  status.catch(() => {});
  sending.write(body.slice(0, 10));
  return {
    finish() {
      sending.end(body.slice(10));
      return status;
    },
  };
}
