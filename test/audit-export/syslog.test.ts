// The audit by syslog: messages of RFC 5424, counted in octets, over TCP and TLS.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { makeAuthority, makeServerCertificate } from '../../src/development/certificates.js';
import { createServer } from '../../src/index.js';
import { development, serve, serveBy, temporaryFolder, within } from '../cli/program.js';
import { call } from '../support.js';

/** The messages in a stream of `length SP message`. */
function messagesOf(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let place = 0; place < bytes.length; ) {
    const space = bytes.indexOf(' ', place);
    const length = Number(bytes.subarray(place, space).toString());
    assert.ok(Number.isInteger(length) && space + 1 + length <= bytes.length, 'whole frames');
    messages.push(bytes.subarray(space + 1, space + 1 + length).toString());
    place = space + 1 + length;
  }
  return messages;
}

interface Collector {
  readonly port: number;
  messages(): string[];
  cut(): void;
  stop(): Promise<void>;
}

async function listen(t: TestContext, server: NetServer, port = 0): Promise<Collector> {
  const streams: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  server.on(event, (socket: Socket) => {
    const chunks: Buffer[] = [];
    streams.push(chunks);
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const stop = async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  return {
    port: (server.address() as AddressInfo).port,
    messages: () => streams.flatMap((chunks) => messagesOf(Buffer.concat(chunks))),
    cut,
    stop,
  };
}

const form =
  /^<110>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z \S+ offshoot \d+ audit \[offshoot@32473 tenant="([0-9a-f-]{36})" position="(\d+)" hash="([0-9a-f]{64})"\] \uFEFF(\{.*\})$/s;

/** The end of a chain, signed. */
const sealForm =
  /^<110>1 - \S+ offshoot \d+ audit \[offshoot@32473 tenant="[0-9a-f-]{36}" position="\d+"\] \uFEFF\{"tenantId":"[0-9a-f-]{36}","position":\d+,"seal":"offshoot-seal\/1\/[^"]+"\}$/;

/** Those of the events; of what is no seal either, NaN. */
const positionsOf = (messages: readonly string[]) =>
  messages.filter((message) => !sealForm.test(message)).map((message) => Number(form.exec(message)?.[2]));

async function change(
  server: { plainUrl: string | undefined },
  token: string,
  settingsId: string | undefined,
  name: string,
) {
  const path = `/beta/deviceManagement/derivedCredentials/${settingsId}`;
  const answer = await call(server, 'PATCH', path, { token, body: { displayName: name } });
  assert.equal(answer.status, 200);
}

test('each event is one message, with its place in the chain, and a restart goes on behind it', async (t) => {
  const collector = await listen(t, createTcpServer());
  const data = join(await temporaryFolder(t), 'data');
  for (let round = 0; round < 3; round++) {
    const server = await createServer({ data, auditExport: `syslog+tcp://127.0.0.1:${collector.port}` });
    const token = (await server.development?.token()) ?? '';
    await change(server, token, server.development?.settingsId, `Grüße ${round}`);
    await server.close();
  }
  const messages = collector.messages();
  const positions = positionsOf(messages);
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  );
  assert.match(messages.at(-1) ?? '', sealForm, 'the last that a server does is to sign');
  const [, tenantId, position, hash, json] = form.exec(messages.at(-2) ?? '') ?? [];
  const line = JSON.parse(json ?? '');
  assert.deepEqual([line.tenantId, String(line.position), line.hash], [tenantId, position, hash]);
  assert.match(String(json), /Grüße 2/);
});

test('what cannot be sent waits for the collector, and the server serves meanwhile', async (t) => {
  const first = await listen(t, createTcpServer());
  const { port } = first;
  await first.stop();
  const data = await temporaryFolder(t);
  const { ready, stop, stderr } = await serve(
    t,
    ...development(data),
    '--audit-export',
    `syslog+tcp://127.0.0.1:${port}`,
  );
  await change(ready, ready.token, ready.settingsId, 'while nobody listens');
  await within(5000, async () => stderr().includes('"auditExportFailed"'));
  const second = await listen(t, createTcpServer(), port);
  await within(20_000, async () => second.messages().length > 0);
  second.cut();
  await change(ready, ready.token, ready.settingsId, 'after a break');
  await within(20_000, async () => second.messages().some((message) => message.includes('after a break')));
  await stop();
  const positions = positionsOf(second.messages());
  assert.deepEqual(
    positions,
    positions.map((_, index) => index + 1),
  );
});

test('a server that is killed again and again loses no event, and sends at most those of the moment twice', async (t) => {
  const collector = await listen(t, createTcpServer());
  const data = await temporaryFolder(t);
  const args = [...development(data), '--audit-export', `syslog+tcp://127.0.0.1:${collector.port}`];
  for (let round = 0; round < 3; round++) {
    const { ready, stop } = await serve(t, ...args);
    const end = performance.now() + 400 + 150 * round;
    for (let count = 0; performance.now() < end; count++) {
      await change(ready, ready.token, ready.settingsId, `${round} ${count}`);
    }
    await stop('SIGKILL');
  }
  const { stop } = await serve(t, ...args);
  await stop();
  const hashes = new Map<number, string>();
  let last = 0;
  for (const message of collector.messages().filter((one) => !sealForm.test(one))) {
    const [, , text, hash = ''] = form.exec(message) ?? assert.fail(message);
    const position = Number(text);
    assert.ok(position <= last + 1, `${position} comes behind ${last}`);
    assert.equal(hashes.get(position) ?? hash, hash, 'what comes again is the same');
    hashes.set(position, hash);
    last = position;
  }
  const server = await createServer({ data });
  const page = '/beta/deviceManagement/auditEvents?$count=true&$top=1';
  const { json } = await call(server, 'GET', page, { token: (await server.development?.token()) ?? '' });
  await server.close();
  assert.equal(hashes.size, json['@odata.count']);
});

test('over TLS, the collector must show a certificate that is trusted', async (t) => {
  const folder = await temporaryFolder(t);
  const authority = await makeAuthority(Date.now());
  const { certificate: cert, key } = await makeServerCertificate(authority, Date.now());
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, authority.certificate);
  const collector = await listen(t, createTlsServer({ key, cert }));
  const target = `syslog+tls://localhost:${collector.port}`;
  const args = ['--audit-export', target];
  const untrusting = await serve(t, ...development(join(folder, 'a')), ...args);
  await within(10_000, async () => untrusting.stderr().includes('"auditExportFailed"'));
  assert.match(untrusting.stderr(), /certificate/);
  await untrusting.stop();
  assert.deepEqual(collector.messages(), []);

  const trust = [`NODE_EXTRA_CA_CERTS=${ca}`];
  const trusting = await serveBy(t, ['env', ...trust], ...development(join(folder, 'b')), ...args);
  await within(10_000, async () => collector.messages().length > 0);
  await trusting.stop();
});
