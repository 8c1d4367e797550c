// What passes the limits of a filter, the store can answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deviceConfigurations, iosVpnConfiguration } from '../../src/model/index.js';
import { everything } from '../../src/plan/index.js';
import { openStore } from '../../src/store/index.js';
import { filter } from './requests.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
let store: Awaited<ReturnType<typeof openStore>>;
before(async () => {
  store = await openStore({ path: join(folder, 'limits.db'), mode: 'development', create: true });
});
after(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const one = "server/address eq 'a'";
const nested = (open: string, close: string): string => `${open.repeat(64)}${one}${close.repeat(64)}`;
const alternating = (left: boolean): string => {
  let text = one;
  for (let level = 0; level < 64; level++) {
    const operator = level % 2 ? 'and' : 'or';
    text = left ? `(${text}) ${operator} realm eq null` : `realm eq null ${operator} (${text})`;
  }
  return text;
};

describe('the store answers a filter', () => {
  const texts: Readonly<Record<string, string>> = {
    'of the deepest parentheses': nested('(', ')'),
    'of the deepest negations': nested('not ', ''),
    'of the deepest alternation to the left': alternating(true),
    'of the deepest alternation to the right': alternating(false),
    'of negations in the deepest parentheses': `${'not ('.repeat(32)}${one}${')'.repeat(32)}`,
    'of the longest chain': Array.from({ length: 125 }, () => one).join(' or '),
    'of the longest chain of both operators': Array.from({ length: 62 }, () => `${one} and ${one}`).join(' or '),
    'of Booleans that stand alone': 'enablePerApp or not enableSplitTunneling and server/isDefaultServer or true',
    'of constants': "1 eq 1 and 'a' ne null and not (true and false)",
  };
  for (const [name, text] of Object.entries(texts)) {
    it(name, async () => {
      await store.list('00000000-0000-0000-0000-000000000000', {
        ...everything(deviceConfigurations),
        type: iosVpnConfiguration,
        filter: filter(text),
      });
    });
  }
});
