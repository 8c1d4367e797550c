// Ends of lines, quotes and what steers terminals, in everything that could come to stand in a header, a log or an export.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { development, offshoot, type Served, serve, temporaryFolder, within } from '../cli/program.js';
import { sendRaw } from '../http/raw.js';
import { call } from '../support.js';

/** All that some reader takes for the end of a line, and all that steers a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
const ends = /\r\n|[\n\v\f\r\x1b\x7f-\x9f\u2028\u2029]/;
const forged = '{"level":"info","event":"forged"}';
const breaks = ['\r\n', '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029', '\x1b[2J\x1b[1;31m', '\u009b31m', '\x07', '\x08', '\x7f', '"', '\\', '\\n', '","event":"forged","x":"', '%0d%0a', '%0a']; // biome-ignore format: a table
const injected = breaks.map((end) => `a${end}${forged}${end}X-Injected: yes${end}`);

/** Each line is one JSON object that tells what lines of the kind tell, for whoever splits them at whatever. */
function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split(ends)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('no text of a client makes a line of the log, of the export or of a head', async (t) => {
  const data = await temporaryFolder(t);
  const exported = join(data, 'audit.jsonl');
  const log = ['--log-level', 'debug', '--log-requests', '--log-personal', '--audit-export', exported];
  const served: Served = await serve(t, ...development(data), ...log);
  const { ready } = served;
  const { token, settingsId } = ready;
  const path = `/beta/deviceManagement/derivedCredentials/${settingsId}`;
  const host = new URL(ready.plainUrl).host;

  // Names that are kept: they come back as they were sent, in JSON and nowhere else.
  for (const displayName of injected) {
    const answer = await call(ready, 'PATCH', path, { token, body: { displayName } });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.displayName, displayName);
    const profile = { '@odata.type': '#microsoft.graph.iosDerivedCredentialAuthenticationConfiguration', displayName };
    const made = await call(ready, 'POST', '/beta/deviceManagement/deviceConfigurations', { token, body: profile });
    assert.equal(made.status, 201);
    assert.ok(String(made.headers.location).startsWith(`${ready.plainUrl}/beta/deviceManagement/deviceConfigurations`));
    for (const [name, value] of Object.entries({ ...answer.headers, ...made.headers })) {
      assert.ok(!`${name}: ${value}`.includes('njected'), name);
    }
  }

  // Headers as bytes: what HTTP forbids is no request, the rest says nothing but to whom it is for.
  const head = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\n`;
  for (const text of injected) {
    for (const name of [
      'client-request-id',
      'Prefer',
      'Accept',
      'User-Agent',
      'If-None-Match',
      'Origin',
      'traceparent',
      'X-Forwarded-For',
      'Cookie',
      'Referer',
    ]) {
      // biome-ignore format: a list
      const value = Buffer.from(text).toString('latin1');
      const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\n${head}${name}: ${value}\r\n\r\n`, 'latin1');
      const answer = await sendRaw(ready.plainUrl, bytes);
      assert.ok(answer, `${name}: ${JSON.stringify(text)}`);
      assert.ok([200, 304, 400, 406].includes(answer.status), answer.text);
      assert.equal(answer.headers['x-injected'], undefined);
      for (const [own, said] of Object.entries(answer.headers))
        assert.doesNotMatch(String(said), /njected|forged/, own);
    }
    const wrong = await sendRaw(ready.plainUrl, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${text}\r\n\r\n`));
    assert.equal(wrong?.status, 400);
    assert.equal(wrong.headers['x-injected'], undefined);
  }

  // URLs: percent-encoded ends of lines in keys, options, types.
  for (const text of injected.map(encodeURIComponent)) {
    for (const target of [
      `/beta/deviceManagement/derivedCredentials/${text}`,
      `/beta/${text}`,
      `/${text}`,
      `${path}?${text}=1`,
      `/beta/deviceManagement/deviceConfigurations?$filter=${text}&$top=1`,
      `/beta/deviceManagement/deviceConfigurations?$top=1&@x=${text}&$filter=true`,
      `/beta/$metadata?$format=${text}`,
    ]) {
      const answer = await call(ready, 'GET', target, { token });
      assert.ok(answer.status < 500 || answer.status === 501, `${target}: ${answer.text}`);
      assert.doesNotMatch(JSON.stringify(answer.headers), /njected|forged/);
      // A link to a next page has the query in it, encoded.
      assert.doesNotMatch(String(answer.json?.['@odata.nextLink'] ?? ''), /[\s"<>\\]/);
    }
  }

  // Batches: headers of parts.
  for (const text of injected) {
    const requests = ['client-request-id', 'Prefer', 'Accept'].map((name, index) => ({
      ...{ id: `${index}${text.slice(0, 100)}`, method: 'GET', url: '/me', headers: { [name]: text } },
    }));
    const answer = await call(ready, 'POST', '/beta/$batch', { token, body: { requests } });
    assert.ok(answer.status === 200 || answer.status === 400, answer.text);
    if (answer.status === 400) continue;
    for (const { headers } of answer.json.responses) assert.doesNotMatch(JSON.stringify(headers), /njected/);
  }

  // Tokens: names of people.
  for (const name of injected) {
    const minted = await offshoot('token', '--data', data, `--user=${name}`);
    if (minted.code !== 0) continue;
    const answer = await call(ready, 'PATCH', path, {
      token: minted.stdout.trim(),
      body: { displayName: name.slice(1) },
    });
    assert.ok(answer.status === 200 || answer.status === 401, answer.text);
  }

  await within(10_000, async () => readFileSync(exported, 'utf8').split('\n').length > 2 * injected.length);
  await served.stop();
  const logged = linesOf(served.stderr());
  assert.ok(logged.length > 500, `${logged.length} lines`);
  for (const line of logged) {
    assert.equal(line.name, 'offshoot');
    assert.notEqual(line.event, 'forged');
  }
  assert.ok(!served.stderr().includes(token));
  const events = linesOf(readFileSync(exported, 'utf8'));
  for (const line of events) assert.ok('tenantId' in line && 'position' in line, JSON.stringify(line).slice(0, 300));
  const names = events.flatMap(
    ({ event }) => (event as { resources: { displayName: string }[] } | undefined)?.resources ?? [],
  );
  assert.ok(
    injected.every((text) => names.some(({ displayName }) => displayName === text)),
    'nothing is lost of them',
  );
});

describe('the name of a tenant', () => {
  test('is one line that steers no terminal', async (t) => {
    const data = await temporaryFolder(t);
    const id = '0a0a0a0a-0000-4000-8000-00000000000a';
    for (const name of ['a\nb', 'a\u2028b', 'a\u009bb', 'a\x1b[2Jb']) {
      assert.notEqual(
        (await offshoot('tenant', 'add', id, '--data', data, `--name=${name}`)).code,
        0,
        JSON.stringify(name),
      );
    }
  });
});
