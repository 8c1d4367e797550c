// TLS by certificate files: versions and ciphers, exchange while the server runs, and certificates of clients.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls';
import { createServer, type Server, type ServerSettings } from '../../src/index.js';
import { makeKey } from '../identity/issuer.js';
import { call } from '../support.js';
import { type Issued, makeTestAuthority, type TestAuthority } from './certificates.js';

let folder: string;
let ours: TestAuthority;
let theirs: TestAuthority;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offshoot-tls-'));
  ours = await makeTestAuthority('ours');
  theirs = await makeTestAuthority('theirs');
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [(await makeKey()).jwk] }));
  await writeFile(join(folder, 'clients.pem'), ours.cert);
});
after(() => rm(folder, { recursive: true, force: true }));

const files = { cert: () => join(folder, 'cert.pem'), key: () => join(folder, 'key.pem') };

async function write({ cert, key }: Issued): Promise<void> {
  await writeFile(files.cert(), cert);
  await writeFile(files.key(), key);
}

let stores = 0;

async function open(settings: Partial<ServerSettings> = {}): Promise<Server> {
  await write(await ours.issue('first'));
  stores += 1;
  return createServer({
    dev: false,
    data: join(folder, `data-${stores}`),
    port: 0,
    tlsCert: files.cert(),
    tlsKey: files.key(),
    publicUrl: 'https://localhost',
    issuer: ['https://idp.example.org/{tenantid}/'],
    jwks: [join(folder, 'keys.json')],
    logLevel: 'silent',
    ...settings,
  });
}

/** A handshake; answers the certificate that was shown, once the server has answered a request by it. */
async function handshake({ url }: Server, options: ConnectionOptions = {}): Promise<PeerCertificate> {
  const socket = connect({ port: Number(new URL(url ?? '').port), servername: 'localhost', ca: ours.cert, ...options });
  try {
    await once(socket, 'secureConnect');
    socket.write('GET /beta/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [data] = (await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => [''])])) as [Buffer];
    if (!/^HTTP\/1\.1 200/.test(String(data))) throw new Error('the server answered nothing');
    return socket.getPeerCertificate();
  } finally {
    socket.destroy();
  }
}

/** The certificate that is shown at an address, of which nothing is asked. */
async function shownBy(url = ''): Promise<PeerCertificate> {
  const socket = connect({ port: Number(new URL(url).port), servername: 'localhost', ca: ours.cert });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

/** What a client may come back with, in place of a whole handshake. */
async function sessionOf({ url }: Server, options: ConnectionOptions): Promise<Buffer> {
  const port = Number(new URL(url ?? '').port);
  const socket = connect({ port, servername: 'localhost', ca: ours.cert, ...options });
  const [session] = (await once(socket, 'session')) as [Buffer];
  socket.destroy();
  return session;
}

describe('TLS', () => {
  let server: Server;
  before(async () => {
    server = await open();
  });
  after(() => server.close());

  test('is spoken from version 1.2 on', async () => {
    await handshake(server, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    await handshake(server, { minVersion: 'TLSv1.3' });
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      await assert.rejects(handshake(server, old), version);
    }
  });

  test('is spoken with forward secrecy and authenticated encryption alone', async () => {
    for (const ciphers of ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305']) {
      await handshake(server, { ciphers, maxVersion: 'TLSv1.2' });
    }
    for (const ciphers of ['ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'AES256-GCM-SHA384', 'NULL']) {
      await assert.rejects(handshake(server, { ciphers, maxVersion: 'TLSv1.2' }), ciphers);
    }
  });
});

describe('certificate files that change', () => {
  let server: Server;
  before(async () => {
    server = await open({ adminPort: 0, adminTls: true });
  });
  after(() => server.close());
  const shown = async () => (await handshake(server)).subject.CN;
  /** When the certificate ends, as metrics have it, in milliseconds. */
  const toldExpiry = async (): Promise<number> => {
    const url = `${server.adminUrl?.replace('127.0.0.1', 'localhost')}/metrics`;
    const { text } = await call(server, 'GET', url, { ca: ours.cert });
    return Number(/^offshoot_certificate_expiry_timestamp_seconds (\d+)$/m.exec(text)?.[1]) * 1000;
  };

  test('are shown to new connections, and no connection is dropped', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: ours.cert });
    const ask = (): Promise<{ status: number | undefined; port: number | undefined }> =>
      new Promise((resolve, reject) => {
        const headers = { host: 'localhost' };
        const sent = request(`${server.url}/beta/`, { agent, headers, servername: 'localhost' }, (response) => {
          const { statusCode: status, socket } = response;
          response.resume().on('end', () => resolve({ status, port: socket.localPort }));
        });
        sent.on('error', reject).end();
      });
    assert.equal(await toldExpiry(), Date.parse((await shownBy(server.adminUrl)).valid_to));
    const first = await ask();
    assert.equal(first.status, 200);
    await write(await ours.issue('second', 7200));
    const during = Promise.all([ask(), ask(), ask()]);
    await server.reload?.();
    for (const answer of [...(await during), await ask()]) assert.deepEqual(answer, first);
    agent.destroy();
    assert.equal(await shown(), 'second');
    const shownToAdministrators = await shownBy(server.adminUrl);
    assert.equal(shownToAdministrators.subject.CN, 'second');
    assert.equal(await toldExpiry(), Date.parse(shownToAdministrators.valid_to));
  });

  test('change nothing where they are broken, until they are mended', async () => {
    const before = await shown();
    const third = await ours.issue('third');
    for (const broken of [
      { ...third, key: (await ours.issue('other')).key },
      { ...third, cert: 'no certificate' },
      { ...third, key: '' },
      await ours.issue('expired', -60),
    ]) {
      await write(broken);
      await server.reload?.();
      assert.equal(await shown(), before);
    }
    await rm(files.key());
    await server.reload?.();
    assert.equal(await shown(), before);
    await write(third);
    await server.reload?.();
    assert.equal(await shown(), 'third');
  });

  test('are noticed without a signal', async () => {
    await write(await ours.issue('fourth'));
    while ((await shown()) !== 'fourth') await new Promise((resolve) => setTimeout(resolve, 100));
  });
});

describe('certificates of clients', () => {
  for (const tlsClientCert of ['required', 'optional'] as const) {
    test(`that are ${tlsClientCert} are of the authority that the settings name`, async (t) => {
      const server = await open({ tlsClientCa: join(folder, 'clients.pem'), tlsClientCert });
      t.after(() => server.close());
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        await handshake(server, { ...(await ours.issue('client')), maxVersion });
        await assert.rejects(handshake(server, { ...(await theirs.issue('client')), maxVersion }), maxVersion);
        await assert.rejects(handshake(server, { ...(await ours.issue('client', -60)), maxVersion }), maxVersion);
        const without = handshake(server, { maxVersion });
        if (tlsClientCert === 'optional') await without;
        else await assert.rejects(without, maxVersion);
      }
    });
  }

  test('are of the new authority once that has changed', async (t) => {
    const clients = join(folder, 'changing.pem');
    await writeFile(clients, ours.cert);
    const server = await open({ tlsClientCa: clients });
    t.after(() => server.close());
    const [one, other] = [await ours.issue('client'), await theirs.issue('client')];
    await handshake(server, one);
    const versions = ['TLSv1.2', 'TLSv1.3'] as const;
    const earlier = await Promise.all(versions.map((maxVersion) => sessionOf(server, { ...one, maxVersion })));
    await writeFile(clients, theirs.cert);
    await server.reload?.();
    await handshake(server, other);
    await assert.rejects(handshake(server, one));
    for (const [index, maxVersion] of versions.entries()) {
      const session = earlier[index];
      await assert.rejects(handshake(server, { ...one, session, maxVersion }), `resumed by ${maxVersion}`);
    }
    await writeFile(clients, 'no authority');
    await server.reload?.();
    await handshake(server, other);
  });

  test('cannot be asked for by a file that has no authority', async () => {
    const empty = join(folder, 'empty.pem');
    await writeFile(empty, '');
    await assert.rejects(open({ tlsClientCa: empty }), /cannot be used/);
  });
});
