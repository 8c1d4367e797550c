// Files that somebody names and that are read whole: longer ones than anybody means are refused, and endless ones too.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { offshoot, temporaryFolder } from './program.js';

const issuer = ['--issuer', 'https://idp.example/{tenantid}/'];
const production = ['serve', '--public-url', 'https://graph.example', ...issuer];
const plain = ['--plain-http', '--http-port', '0'];
/** By what they are: the arguments up to the file, and those behind it. */
const files: Readonly<Record<string, readonly [readonly string[], (readonly string[])?]>> = {
  'the settings': [['serve', '--config']],
  'settings to check': [['config', 'check', '--config']],
  'a certificate': [
    [...production, '--port', '0', '--tls-cert'],
    ['--tls-key', '/dev/null'],
  ],
  limits: [[...production, ...plain, '--limits']],
  'a key of seals': [[...production, ...plain, '--seal-key']],
  'authorities of issuers': [[...production, ...plain, '--issuer-ca']],
  'a key set': [[...production, ...plain, '--jwks']],
  'a secret of sign-in': [[...production, ...plain, '--sign-in', '--sign-in-secret']],
};
const endless = '/dev/zero';

describe('a file that is too long is refused before anything is made:', { concurrency: 2 }, () => {
  for (const [what, [before, behind = []]] of Object.entries(files)) {
    test(what, async (t) => {
      const folder = await temporaryFolder(t);
      const long = join(folder, 'long');
      await writeFile(long, '');
      await truncate(long, 17 * 1024 * 1024);
      const data = join(folder, 'data');
      for (const file of [long, endless].filter((name) => existsSync(name))) {
        const { code, stderr } = await offshoot(...before, file, ...behind, '--data', data);
        assert.notEqual(code, 0);
        assert.match(stderr, new RegExp(`${file}.*more than \\d+ bytes`));
        assert.ok(!existsSync(data));
      }
    });
  }
});
