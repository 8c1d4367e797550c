// How a server ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
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

describe('a server that closes ends though a connection', () => {
  const head = 'Host: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';
  const silences: Readonly<Record<string, string>> = {
    'has sent nothing': '',
    'has sent half a head': 'GET / HTTP/1.1\r\nHost:',
    'never sends the rest of its body':
      'PATCH /beta/deviceManagement/derivedCredentials/ID HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\nHEAD\r\n{',
  };
  for (const [name, bytes] of Object.entries(silences)) {
    for (const scheme of ['http', 'https'] as const) {
      // Over TLS nothing of this is a request, and the handshake never ends.
      test(`${name}, on the ${scheme} port`, async () => {
        const server = await createServer();
        const { development } = server;
        const { port } = new URL((scheme === 'http' ? server.plainUrl : server.url) ?? '');
        const socket = connect({ host: '127.0.0.1', port: Number(port) });
        socket.on('error', () => {}).resume();
        const gone = new Promise((resolve) => socket.once('close', resolve));
        await once(socket, 'connect');
        const text = bytes
          .replace('HEAD\r\n', `${head}\r\n`)
          .replace('ID', development?.settingsId ?? '')
          .replace('TOKEN', (await development?.token()) ?? '');
        if (text !== '') socket.write(text);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await server.close();
        await gone;
      });
    }
  }
});
