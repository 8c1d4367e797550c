// A server that is told to stop in the middle of its work answers everything that it has accepted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from '../support.js';
import { development, type Ready, serve, temporaryFolder } from './program.js';

interface Tally {
  /** The ids of the changes that were acknowledged. */
  readonly changes: string[];
  reads: number;
  readonly others: string[];
  /** What ended a client's work. */
  readonly ends: string[];
}

/** One client asks over and over on one connection, until there is no server any more. */
async function work(ready: Ready, scheme: 'http' | 'https', client: number, tally: Tally): Promise<void> {
  const options = { keepAlive: true, maxSockets: 1 };
  const agent =
    scheme === 'http' ? new HttpAgent(options) : new HttpsAgent({ ...options, ca: readFileSync(ready.caFile) });
  const root = scheme === 'http' ? ready.plainUrl : ready.url;
  const url = `${root}/beta/deviceManagement/derivedCredentials/${ready.settingsId}`;
  const headers = { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' };
  for (let sent = 0; ; sent++) {
    const body = sent % 2 === 0 ? JSON.stringify({ displayName: `${client} ${sent}` }) : undefined;
    try {
      const answer = await new Promise<{ status: number | undefined; id: string }>((resolve, reject) => {
        const send = scheme === 'http' ? httpRequest : httpsRequest;
        const sending = send(url, { agent, headers, method: body === undefined ? 'GET' : 'PATCH' });
        sending.on('error', reject).on('response', (response) => {
          response.on('error', reject).on('end', () => {
            resolve({ status: response.statusCode, id: String(response.headers['request-id']) });
          });
          response.resume();
        });
        sending.end(body);
      });
      if (answer.status !== 200) tally.others.push(`${answer.status}`);
      else if (body === undefined) tally.reads++;
      else tally.changes.push(answer.id);
    } catch (error) {
      tally.ends.push(String((error as NodeJS.ErrnoException).code ?? error));
      agent.destroy();
      return;
    }
  }
}

for (const scheme of ['http', 'https'] as const) {
  test(`SIGTERM under load over ${scheme}: whatever was accepted is answered, and what was acknowledged is kept`, async (t) => {
    const data = await temporaryFolder(t);
    const { ready, stop } = await serve(t, ...development(data));
    const tally: Tally = { changes: [], reads: 0, others: [], ends: [] };
    const clients = Array.from({ length: 24 }, (_, client) => work(ready, scheme, client, tally));
    while (tally.changes.length < 200) await delay(20);
    assert.deepEqual(await stop('SIGTERM'), { code: 0, signal: null });
    await Promise.all(clients);
    assert.deepEqual(tally.others, [], 'no request was sent away');
    assert.deepEqual(new Set(tally.ends), new Set(['ECONNREFUSED']), 'no connection was cut');

    const again = await serve(t, ...development(data));
    const { token } = again.ready;
    const kept = new Set<string>();
    let page = '/beta/deviceManagement/auditEvents?$top=1000';
    while (page) {
      const { json } = await call(again.ready, 'GET', page, { token });
      for (const { id } of json.value) kept.add(id);
      page = json['@odata.nextLink'] ?? '';
    }
    const lost = tally.changes.filter((id) => !kept.has(id));
    assert.deepEqual(lost, []);
    await again.stop();
  });
}
