// Overload: requests are sent away before the others have to wait; limits on what one client may take.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { GraphError } from '../../src/base/index.js';
import { Load } from '../../src/http/index.js';
import type { ObservedEvent } from '../../src/observation/index.js';
import { call } from '../support.js';
import { openSession } from './session.js';

function loadOf(mostInFlight: number, mostDelay: number) {
  let now = 0;
  const told: ObservedEvent[] = [];
  const load = new Load({ mostInFlight, mostDelay, observe: (event) => told.push(event), now: () => now });
  load.close();
  /** Lets the event loop be so late, so many times. */
  const late = (milliseconds: number, times: number) => {
    for (let look = 0; look < times; look++) {
      now += 20 + milliseconds;
      load.look();
    }
  };
  const sheds = (): boolean => {
    try {
      load.check();
      return false;
    } catch (error) {
      assert.ok(error instanceof GraphError && error.refusal === 'overloaded');
      assert.equal(error.headers['retry-after'], '1');
      return true;
    }
  };
  return { load, late, sheds, told };
}

describe('a server', () => {
  test('sends requests away while its event loop is late, and no longer', () => {
    const { late, sheds, told } = loadOf(0, 200);
    late(150, 100);
    assert.equal(sheds(), false);
    late(300, 20);
    assert.equal(sheds(), true);
    late(0, 5);
    assert.equal(sheds(), false);
    assert.deepEqual(
      told.map(({ event }) => event),
      ['requestShed', 'serverOverloaded'],
    );
  });

  test('does not take one long pause for an overload', () => {
    const { late, sheds } = loadOf(0, 200);
    late(60_000, 1);
    assert.equal(sheds(), false);
  });

  test('sends requests away while as many as it may are carried out', () => {
    const { load, sheds, told } = loadOf(2, 0);
    load.begin();
    assert.equal(sheds(), false);
    load.begin();
    assert.deepEqual([sheds(), sheds()], [true, true]);
    load.end();
    assert.equal(sheds(), false);
    const names = told.map(({ event }) => event);
    assert.deepEqual(names, ['requestShed', 'serverOverloaded', 'requestShed'], 'the log is told once in a while');
  });

  test('lets no more begin than it may carry out, though more had come before', () => {
    const { load } = loadOf(2, 0);
    load.begin();
    load.begin();
    assert.throws(() => load.begin(), { refusal: 'overloaded' });
    load.end();
    load.begin();
  });

  test('sends none away without bounds', () => {
    const { load, late, sheds } = loadOf(0, 0);
    for (let request = 0; request < 100_000; request++) load.begin();
    late(10_000, 100);
    assert.equal(sheds(), false);
  });

  test('answers health, metrics and its documents all the same', async (t) => {
    const session = await openSession({ maxInFlight: 1 });
    t.after(() => session.close());
    const path = `derivedCredentials/${session.development.settingsId}`;
    const change = (n: number) => session.send('PATCH', path, { body: { displayName: `${n}` } });
    const others = ['/healthz', '/readyz', '/metrics', '/beta/$metadata'].map((url) =>
      call(session.server, 'GET', url),
    );
    const [, ...answers] = await Promise.all([Promise.all(Array.from({ length: 20 }, (_, n) => change(n))), ...others]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200],
    );
  });
});

describe('the limits on what a client may take', () => {
  test('are settings: the size of a head and of a body', async (t) => {
    const session = await openSession({ maxBody: 1024, maxHead: 8192 });
    t.after(() => session.close());
    const path = `derivedCredentials/${session.development.settingsId}`;
    const body = await session.refused(413, 'PATCH', path, { displayName: 'x'.repeat(1024) });
    assert.match(body.message, /1024/);
    const head = await session.send('GET', `${path}?$filter=${'x'.repeat(8192)}`);
    assert.equal(head.status, 431);
    assert.match(head.json.error.message, /8192/);
  });

  test('are settings: how many connections there may be', async (t) => {
    const session = await openSession({ maxConnections: 2 });
    t.after(() => session.close());
    const { hostname, port } = new URL(session.root);
    const open = async (): Promise<Socket> => {
      const socket = connect(Number(port), hostname).on('error', () => {});
      t.after(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    };
    const first = [await open(), await open()];
    const third = await open();
    third.resume();
    await once(third, 'close');
    first[0]?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await call(session.server, 'GET', '/healthz')).status, 200);
  });

  test('are settings: how long a request may take to arrive', async (t) => {
    const session = await openSession({ requestTimeout: 1 });
    t.after(() => session.close());
    const { hostname, port } = new URL(session.root);
    const socket = connect(Number(port), hostname);
    t.after(() => socket.destroy());
    socket.write('POST /beta/$batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n');
    let text = '';
    for await (const chunk of socket) text += chunk;
    assert.match(text, /^HTTP\/1\.1 408 /);
  });
});
