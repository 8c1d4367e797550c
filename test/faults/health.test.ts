// /healthz and /readyz, as balancers and supervisors ask for them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from '../http/session.js';
import { call } from '../support.js';

describe('a server that is well', () => {
  let session: Session;
  let ca: Buffer;
  before(async () => {
    session = await openSession({ adminPort: 0 });
    ca = await readFile(session.development.caFile);
  });
  after(() => session.close());

  for (const path of ['/healthz', '/readyz']) {
    test(`says so at ${path}, on every listener, to whoever asks by whatever name`, async () => {
      const { url, plainUrl, adminUrl } = session.server;
      for (const [origin, hosts] of [
        [url, ['127.0.0.1', 'localhost']],
        [plainUrl, ['127.0.0.1', '10.1.2.3:8080', 'evil.example', '']],
        [adminUrl, ['127.0.0.1', '10.1.2.3:8080', 'evil.example', '']],
      ] as const) {
        for (const host of hosts) {
          const options = { token: null, ca, headers: { host } };
          const answer = await call(session.server, 'GET', `${origin}${path}?at=1`, options);
          assert.deepEqual([answer.status, answer.json], [200, { status: 'ok' }]);
        }
      }
      const head = await call(session.server, 'HEAD', path, { token: null });
      assert.deepEqual([head.status, head.text], [200, '']);
    });

    test(`takes no other method than GET and HEAD at ${path}`, async () => {
      for (const method of ['POST', 'DELETE', 'OPTIONS']) {
        const { status, headers, json } = await call(session.server, method, path, { token: null });
        assert.deepEqual([status, headers.allow, json.error.code], [405, 'GET, HEAD', 'MethodNotAllowed']);
      }
    });
  }

  test('has nothing else beside them', async () => {
    for (const path of ['/healthz/', '/readyz/x', '/Healthz', '/livez']) {
      assert.ok((await call(session.server, 'GET', path, { token: null })).status >= 400, path);
    }
  });
});
