// A server that is told to listen on `localhost`: that name has two addresses on most machines.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { test } from 'node:test';
import { openSession } from './session.js';

test('a server on localhost is found at 127.0.0.1, whichever address the resolver tells first', async (t) => {
  const { lookup } = dns;
  t.mock.method(dns, 'lookup', (name: string, ...more: unknown[]) => {
    if (name !== 'localhost') return Reflect.apply(lookup, dns, [name, ...more]);
    const [options] = more;
    const answer = more.at(-1) as (...told: unknown[]) => void;
    const isForAll = typeof options === 'object' && options !== null && 'all' in options && options.all;
    return isForAll ? answer(null, [{ address: '::1', family: 6 }]) : answer(null, '::1', 6);
  });
  const session = await openSession({ host: 'localhost' });
  t.after(() => session.close());
  const { port } = new URL(session.root);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});
