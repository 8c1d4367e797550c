// The development authority: its chain holds for this machine, and for nothing else.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer, get, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/index.js';
import { type Authority, openAuthority } from '../../src/development/authority.js';
import { type Certified, signServerCertificate } from '../../src/development/certificates.js';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.js';

const run = promisify(execFile);
const day = 86_400_000;

/** The tools that check from outside, as far as this machine has them. */
const has = { openssl: isThere('openssl', 'version'), curl: isThere('curl', '--version') };
const hasIpV6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
/** Node.js 22.23 matches an IPv6 address with no certificate of any server; curl has to do there. */
const matchesIpV6 =
  checkServerIdentity('::1', {
    subject: { CN: '' },
    subjectaltname: 'IP Address:0:0:0:0:0:0:0:1',
  } as PeerCertificate) === undefined;

function isThere(tool: string, argument: string): boolean {
  return spawnSync(tool, [argument]).status === 0;
}

let temporary: TemporaryStore;
let authority: Authority;
const open = (now = Date.now()) =>
  openAuthority(temporary.store, { folder: temporary.folder, clock: { now: () => now } });

before(async () => {
  temporary = await openTemporaryStore();
  authority = await open();
});
after(() => temporary.close());

/** A certificate for any names, signed by the store's authority as a thief of its key would. */
async function misuse(...names: Parameters<typeof signServerCertificate>[2]): Promise<Certified> {
  const kept = await temporary.store.findSecret('certificate-authority');
  return signServerCertificate(JSON.parse(kept ?? ''), Date.now(), names);
}

async function withServer<T>(
  { key, certificate }: Certified,
  use: (port: number) => Promise<T>,
  address = '127.0.0.1',
): Promise<T> {
  const server: Server = createServer({ key, cert: certificate }, (_, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function statusOf(url: string, servername?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca: authority.ca, agent: false, ...(servername ? { servername } : {}) }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
}

describe('the authority', () => {
  it('is made once, whoever opens it, also at the same moment', async () => {
    const fresh = await openTemporaryStore();
    try {
      const clock = systemClock;
      const folders = ['a', 'b', 'c'].map((name) => join(fresh.folder, name));
      const opened = await Promise.all(folders.map((folder) => openAuthority(fresh.store, { folder, clock })));
      assert.equal(new Set(opened.map(({ ca }) => ca)).size, 1);
      assert.equal(new Set(opened.map(({ key }) => key)).size, 3);
      for (const { ca, certificate } of opened) {
        assert.ok(new X509Certificate(certificate).verify(new X509Certificate(ca).publicKey));
      }
    } finally {
      await fresh.close();
    }
  });

  it('leaves its certificate for all to read, the server’s files to the owner, and its key in the store', async () => {
    const modes = async (...names: string[]) =>
      Promise.all(names.map(async (name) => (await stat(join(temporary.folder, name))).mode & 0o777));
    assert.deepEqual(await modes('ca.pem', 'server-key.pem', 'server-cert.pem'), [0o644, 0o600, 0o600]);
    assert.equal(await readFile(authority.caFile, 'utf8'), authority.ca);
    const { key } = JSON.parse((await temporary.store.findSecret('certificate-authority')) ?? '');
    for (const name of ['ca.pem', 'server-key.pem', 'server-cert.pem']) {
      assert.ok(!(await readFile(join(temporary.folder, name), 'utf8')).includes(key.split('\n')[1]));
    }
    await chmod(join(temporary.folder, 'server-key.pem'), 0o644);
    await open();
    assert.deepEqual(await modes('server-key.pem'), [0o600]);
  });

  it('is constrained to this machine, critically, and to servers', { skip: !has.openssl }, async () => {
    const { stdout } = await run('openssl', ['x509', '-in', authority.caFile, '-noout', '-text']);
    assert.match(stdout, /CA:TRUE, pathlen:0/);
    assert.match(stdout, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    assert.match(
      stdout,
      /Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+IP:127\.0\.0\.1\/255\.255\.255\.255\s+IP:0:0:0:0:0:0:0:1\/FFFF(:FFFF){7}\n/,
    );
    assert.doesNotMatch(stdout, /Excluded/);
  });
});

describe('the server certificate', () => {
  it('is for localhost, 127.0.0.1 and ::1, at most 397 days, and openssl holds its chain valid', {
    skip: !has.openssl,
  }, async () => {
    const certificate = new X509Certificate(authority.certificate);
    assert.equal(certificate.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    assert.ok(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom) <= 397 * day);
    const file = join(temporary.folder, 'server-cert.pem');
    await run('openssl', ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', authority.caFile, file]);
  });

  it('is accepted by Node and by curl for each of its names', async () => {
    for (const [host, address] of [
      ['localhost', '127.0.0.1'],
      ['127.0.0.1', '127.0.0.1'],
      ...(hasIpV6 ? ([['[::1]', '::1']] as const) : []),
    ] as const) {
      await withServer(
        authority,
        async (port) => {
          const url = `https://${host}:${port}/`;
          if (address !== '::1' || matchesIpV6) assert.equal(await statusOf(url), 200, host);
          if (!has.curl) return;
          const { stdout } = await run('curl', ['-sS', '--noproxy', '*', '--cacert', authority.caFile, url]);
          assert.equal(stdout, 'hello');
        },
        address,
      );
    }
  });

  it('is refused for any other name that the authority might be made to sign', async () => {
    for (const names of [
      [{ type: 'dns', value: 'graph.microsoft.com' }],
      [
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: 'login.microsoftonline.com' },
      ],
      [{ type: 'dns', value: 'notlocalhost' }],
      [{ type: 'ip', value: '127.0.0.2' }],
      [{ type: 'ip', value: '192.168.1.10' }],
      [{ type: 'ip', value: '::2' }],
      [{ type: 'ip', value: '::ffff:127.0.0.1' }],
    ] as const) {
      const misused = await misuse(...names);
      const file = join(temporary.folder, 'misused.pem');
      await writeFile(file, misused.certificate);
      if (has.openssl) {
        const verifying = run('openssl', ['verify', '-CAfile', authority.caFile, file]);
        await assert.rejects(verifying, /permitted subtree violation/, JSON.stringify(names));
      }
      await withServer(misused, async (port) => {
        await assert.rejects(statusOf(`https://127.0.0.1:${port}/`, 'localhost'), /permitted subtree violation/i);
      });
    }
  });

  it('is kept while it holds, and made anew before its last 30 days', async () => {
    const { certificate } = await open();
    assert.equal(certificate, authority.certificate);
    assert.equal((await open(Date.now() + 366 * day)).certificate, certificate);
    const later = await open(Date.now() + 368 * day);
    assert.notEqual(later.certificate, certificate);
    assert.equal(later.ca, authority.ca);
    // From the clock's view of now, a certificate of the future is no good either.
    authority = await open();
    assert.notEqual(authority.certificate, later.certificate);
  });

  it('is made anew when it is missing, damaged, without its key, or of another authority', async () => {
    const certificateFile = join(temporary.folder, 'server-cert.pem');
    const keyFile = join(temporary.folder, 'server-key.pem');
    const other = await openTemporaryStore();
    try {
      const stranger = await openAuthority(other.store, { folder: other.folder, clock: systemClock });
      for (const damage of [
        () => unlink(certificateFile),
        () => unlink(keyFile),
        () => writeFile(certificateFile, 'no certificate'),
        () => writeFile(keyFile, stranger.key),
        () => writeFile(certificateFile, stranger.certificate),
        () => Promise.all([writeFile(keyFile, stranger.key), writeFile(certificateFile, stranger.certificate)]),
      ]) {
        await damage();
        authority = await open();
        assert.equal(await readFile(certificateFile, 'utf8'), authority.certificate);
        assert.equal(await readFile(keyFile, 'utf8'), authority.key);
        assert.equal(await withServer(authority, (port) => statusOf(`https://localhost:${port}/`)), 200);
      }
    } finally {
      await other.close();
    }
  });
});
