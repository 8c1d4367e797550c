// Clients that hold what they have: heads and bodies in drops, connections on which nothing comes, answers that nobody takes.
// They are sent away by limits that are settings, here short ones, and nobody else has to wait for that.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openSession, type Session } from '../http/session.js';
import { call } from '../support.js';

let session: Session;
let head: string;
const sockets = new Set<Socket>();
before(async () => {
  session = await openSession({ requestTimeout: 1, keepAlive: 1, maxConnections: 200 });
  const token = await session.development.token();
  head = `Host: ${new URL(session.root).host}\r\nAuthorization: Bearer ${token}\r\n`;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});
after(() => session.close());

function open(origin = session.root): Socket {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname).on('error', () => {});
  sockets.add(socket);
  return socket;
}

/** Sends the beginning and then the drop over and over, until the server has had enough; answers what it said. */
async function drip(beginning: string, drop: string): Promise<string> {
  const socket = open();
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.write(beginning);
  const dripping = setInterval(() => socket.write(drop), 50);
  await once(socket, 'close');
  clearInterval(dripping);
  return text;
}

/** Whoever asks as one should is answered. */
async function isServed(): Promise<void> {
  assert.equal((await session.send('GET', 'derivedCredentials')).status, 200);
}

describe('a request in drops', () => {
  const update = (): string => `PATCH /beta/deviceManagement/derivedCredentials/x HTTP/1.1\r\n${head}`;
  const rows: readonly (readonly [string, () => string, string])[] = [
    ['whose method never ends', () => 'G', ''],
    ['whose URL never ends', () => 'GET /', 'a'],
    ['whose headers never end', () => `GET / HTTP/1.1\r\n${head}`, 'X-A: b\r\n'],
    ['whose last header never ends', () => `GET / HTTP/1.1\r\n${head}X-A: `, 'b'],
    [
      'whose body never ends',
      () => `${update()}Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{`,
      ' ',
    ],
    [
      'whose chunks never end',
      () => `${update()}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '1\r\n \r\n',
    ],
    [
      'whose chunk never ends',
      () => `${update()}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n`,
      ' ',
    ],
  ];
  for (const [what, beginning, drop] of rows) {
    test(`${what} is told that it is late, and its connection is closed`, async () => {
      const [text] = await Promise.all([drip(beginning(), drop), isServed()]);
      assert.match(text, /^HTTP\/1\.1 408 /);
      assert.match(text, /"code":"RequestTimeout"/);
      await isServed();
    });
  }

  test('changes nothing, though it began as an update that is allowed', async () => {
    const path = `derivedCredentials/${session.development.settingsId}`;
    const { text } = await session.send('GET', path);
    const start = `PATCH /beta/deviceManagement/${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\n`;
    await drip(`${start}Content-Length: 1000\r\n\r\n{"displayName":"dripped"`, ' ');
    assert.equal((await session.send('GET', path)).text, text);
  });

  test('by a hundred clients at once keeps nobody else waiting', async () => {
    const slow = Array.from({ length: 100 }, () => drip(`GET / HTTP/1.1\r\n${head}`, 'X-A: b\r\n'));
    for (let asked = 0; asked < 20; asked++) await isServed();
    for (const text of await Promise.all(slow)) assert.match(text, /^HTTP\/1\.1 408 /);
  });
});

describe('a connection', () => {
  test('on which nothing is ever sent is closed', async () => {
    const idle = Array.from({ length: 50 }, () => open());
    for (const socket of idle) socket.resume();
    await Promise.all(idle.map((socket) => once(socket, 'close')));
  });

  test('to the https port on which no handshake begins, or none ends, is closed', async () => {
    const silent = open(session.server.url);
    const begun = open(session.server.url);
    begun.write(Buffer.from('1603010200', 'hex'));
    for (const socket of [silent, begun]) socket.resume();
    await Promise.all([silent, begun].map((socket) => once(socket, 'close')));
  });

  test('that was answered and asks nothing more is closed', async () => {
    const socket = open();
    socket.resume().write(`GET /healthz HTTP/1.1\r\n${head}\r\n`);
    await once(socket, 'close');
  });

  test('more than there may be finds no place, and finds one when those that hold them have gone', async () => {
    const flood = Array.from({ length: 300 }, () => open().resume());
    await Promise.all(flood.map((socket) => once(socket, 'close')));
    await isServed();
  });
});

describe('an answer that nobody takes', () => {
  /** Takes the only connection there may be, and asks for more than any buffer on the way holds. */
  async function stall(alone: Session): Promise<Socket> {
    const socket = open(alone.root).pause();
    const { host } = new URL(alone.root);
    socket.write(`GET /beta/$metadata HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(500));
    await once(socket, 'connect');
    return socket;
  }

  /** Asks until there is a place for the question. */
  async function untilServed(alone: Session): Promise<void> {
    for (let served = false; !served; ) {
      served = await call(alone.server, 'GET', '/healthz', { token: null }).then(
        ({ status }) => status === 200,
        () => delay(100, false),
      );
    }
  }

  test('is given up, and with it the connection, which the next one gets', async (t) => {
    const alone = await openSession({ requestTimeout: 1, maxConnections: 1 });
    t.after(() => alone.close());
    await stall(alone);
    await assert.rejects(call(alone.server, 'GET', '/healthz', { token: null }));
    await untilServed(alone);
  });

  test('is given up though more is asked all the while', async (t) => {
    const alone = await openSession({ requestTimeout: 1, maxConnections: 1 });
    t.after(() => alone.close());
    const socket = await stall(alone);
    const asking = setInterval(() => socket.write('\r\n'), 50);
    t.after(() => clearInterval(asking));
    await untilServed(alone);
  });
});
