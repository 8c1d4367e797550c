// How a server ends.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { createServer } from '../../src/index.js';

test('two who close a server both wait for the request that runs', async () => {
  const server = await createServer();
  const token = await server.development?.token();
  const url = new URL(`/beta/deviceManagement/derivedCredentials/${server.development?.settingsId}`, server.plainUrl);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': '20' };
  const call = request(url, { method: 'PATCH', headers });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    call.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  call.write('{"displayName":');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const order: string[] = [];
  const closed = [server.close(), server.close()].map((closing) => closing.then(() => order.push('closed')));
  call.end('"x"} ');
  order.push(`answered ${await answered}`);
  await Promise.all(closed);
  assert.deepEqual(order, ['answered 200', 'closed', 'closed']);
});
