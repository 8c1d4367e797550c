// The audit in a file: every event once and in its chain's order, whatever happens to the server and the file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Database from 'libsql';
import { createServer, type Server } from '../../src/index.js';
import { storePath } from '../../src/store/index.js';
import { development, serve, temporaryFolder, within } from '../cli/program.js';
import { call } from '../support.js';

interface Line {
  readonly tenantId: string;
  readonly position: number;
  readonly hash: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** The end of the chain, signed, on a line of its own. */
const isSeal = (line: string): boolean => line.includes('"seal":"offshoot-seal/');

const linesOf = (file: string): Line[] => {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  assert.equal(lines.pop(), '', 'the file ends with the end of a line');
  return lines.filter((line) => !isSeal(line)).map((line) => JSON.parse(line));
};

async function change(
  server: Pick<Server, 'plainUrl'> & { token: string; settingsId?: string | undefined },
  name: string,
) {
  const path = `/beta/deviceManagement/derivedCredentials/${server.settingsId}`;
  const { status, headers } = await call(server, 'PATCH', path, { token: server.token, body: { displayName: name } });
  assert.equal(status, 200);
  return String(headers['request-id']);
}

/** Opens a server that exports, lets `work` use it, and stops it. */
async function exporting(
  data: string,
  file: string,
  work: (update: (name: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  const server = await createServer({ data, auditExport: file, logLevel: 'silent' });
  const token = (await server.development?.token()) ?? '';
  try {
    await work((name) =>
      change({ plainUrl: server.plainUrl, token, settingsId: server.development?.settingsId }, name),
    );
  } finally {
    await server.close();
  }
}

/** Positions without a gap and without a repetition, and the hashes that follow from the events. */
function assertChain(lines: readonly Line[], begin = 0): void {
  let before = begin === 0 ? '' : undefined;
  for (const [index, { tenantId, position, hash, event }] of lines.entries()) {
    assert.equal(position, begin + index + 1);
    const { id, activityDateTime, activityType, category, displayName, ...properties } = event;
    const row = [tenantId, id, activityDateTime, activityType, category, displayName, JSON.stringify(properties)];
    if (before !== undefined) {
      const worked = createHash('sha256')
        .update(JSON.stringify([before, position, ...row]))
        .digest('hex');
      assert.equal(hash, worked);
    }
    before = hash;
  }
}

async function place(t: TestContext) {
  const folder = await temporaryFolder(t);
  return {
    data: join(folder, 'data'),
    file: join(folder, 'audit.jsonl'),
    beside: join(folder, 'audit.jsonl.position'),
  };
}

describe('the file of audit events', () => {
  test('has every event, its place in the chain, and a hash that can be worked out again', async (t) => {
    const { data, file } = await place(t);
    const ids: string[] = [];
    await exporting(data, file, async (update) => {
      for (let count = 0; count < 250; count++) ids.push(await update(`name ${count}`));
    });
    const lines = linesOf(file);
    assertChain(lines);
    assert.deepEqual(
      lines.slice(-250).map(({ event }) => event.id),
      ids,
    );
  });

  test('has events soon, while the server runs', async (t) => {
    const { data, file } = await place(t);
    await exporting(data, file, async (update) => {
      const id = await update('soon');
      await within(5000, async () => linesOf(file).some(({ event }) => event.id === id));
    });
  });

  test('goes on where it was after a stop, with events of a time in which nothing was exported', async (t) => {
    const { data, file } = await place(t);
    await exporting(data, file, async (update) => void (await update('first')));
    const server = await createServer({ data });
    const token = (await server.development?.token()) ?? '';
    await change({ plainUrl: server.plainUrl, token, settingsId: server.development?.settingsId }, 'meanwhile');
    await server.close();
    const before = linesOf(file).length;
    await exporting(data, file, async (update) => void (await update('last')));
    assertChain(linesOf(file));
    assert.equal(linesOf(file).length, before + 2);
  });

  for (const [what, damage] of [
    ['a crash between lines and positions', ({ beside }) => writeFileSync(beside, readFileSync(`${beside}.old`))],
    ['the loss of the positions', ({ beside }) => rmSync(beside)],
    ['a line in half', ({ file }) => appendFileSync(file, '{"tenantId":"x","posi')],
    ['the loss of the end of the last line', ({ file }) => truncateSync(file, readFileSync(file).length - 7)],
  ] as [string, (paths: { file: string; beside: string }) => void][]) {
    test(`neither loses nor repeats an event after ${what}`, async (t) => {
      const paths = await place(t);
      const { data, file, beside } = paths;
      await exporting(data, file, async (update) => void (await update('first')));
      writeFileSync(`${beside}.old`, readFileSync(beside));
      await exporting(data, file, async (update) => {
        await update('second');
        await update('third');
      });
      const whole = linesOf(file).length;
      damage(paths);
      await exporting(data, file, async (update) => void (await update('last')));
      assertChain(linesOf(file));
      assert.equal(linesOf(file).length, whole + 1);
    });
  }

  test('is begun anew where it was moved away, with the server running and without', async (t) => {
    const { data, file } = await place(t);
    await exporting(data, file, async (update) => {
      const id = await update('first');
      await within(5000, async () => linesOf(file).some(({ event }) => event.id === id));
      renameSync(file, `${file}.1`);
      await update('second');
    });
    renameSync(file, `${file}.2`);
    await exporting(data, file, async (update) => void (await update('third')));
    const all = [`${file}.1`, `${file}.2`, file].flatMap(linesOf);
    assertChain(all);
    assert.equal(linesOf(file).length, 1);
  });

  test('goes on behind what retention has removed, and the log tells of what was removed too early', async (t) => {
    const { data, file } = await place(t);
    await exporting(data, file, async (update) => void (await update('exported')));
    const known = linesOf(file).length;
    const cut = async (position: number): Promise<void> => {
      const database = new Database(storePath({ data }));
      database.exec(`DELETE FROM audit_events WHERE position <= ${position}`);
      database.close();
    };
    await cut(known);
    await exporting(data, file, async (update) => void (await update('behind it')));
    assertChain(linesOf(file));
    assert.equal(linesOf(file).length, known + 1);

    const server = await createServer({ data });
    const subject = { plainUrl: server.plainUrl, settingsId: server.development?.settingsId };
    const token = (await server.development?.token()) ?? '';
    for (const name of ['never exported', 'exported later']) await change({ ...subject, token }, name);
    await server.close();
    await cut(known + 2);
    const { stop, stderr } = await serve(t, ...development(data), '--audit-export', file);
    await stop();
    const [missing] = stderr()
      .split('\n')
      .filter((line) => line.includes('"auditEventsMissing"'))
      .map((line) => JSON.parse(line));
    assert.deepEqual([missing?.from, missing?.to], [known + 2, known + 2]);
    assert.equal(linesOf(file).at(-1)?.position, known + 3);
  });

  test('has the chain that is there where a store was restored from before', async (t) => {
    const { data, file } = await place(t);
    const other = await place(t);
    await exporting(data, file, async (update) => void (await update('one history')));
    await exporting(other.data, other.file, async (update) => void (await update('another')));
    const known = JSON.parse(readFileSync(`${file}.position`, 'utf8'));
    const [tenant] = Object.keys(known.positions);
    const [stranger] = Object.values(JSON.parse(readFileSync(`${other.file}.position`, 'utf8')).positions);
    rmSync(file);
    writeFileSync(`${file}.position`, JSON.stringify({ ...known, positions: { [String(tenant)]: stranger } }));
    await exporting(data, file, async () => {});
    assertChain(linesOf(file));
    assert.ok(linesOf(file).length > 1);
  });
});

test('a server that is killed again and again exports each event once', async (t) => {
  const { data, file } = await place(t);
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round++) {
    const { ready, stop } = await serve(t, ...development(data), '--audit-export', file);
    const subject = { plainUrl: ready.plainUrl, token: ready.token, settingsId: ready.settingsId };
    const end = performance.now() + 400 + 150 * round;
    for (let count = 0; performance.now() < end; count++) acknowledged.push(await change(subject, `${round} ${count}`));
    await stop('SIGKILL');
  }
  const { stop } = await serve(t, ...development(data), '--audit-export', file);
  await stop();
  const lines = linesOf(file);
  assertChain(lines);
  const exported = new Set(lines.map(({ event }) => event.id));
  assert.deepEqual(
    acknowledged.filter((id) => !exported.has(id)),
    [],
  );
});

for (const [what, target, sentence] of [
  ['a URL of another kind', 'https://example.org', /--audit-export is 'https:\/\/example\.org'/],
  ['syslog over UDP', 'syslog+udp://localhost:514', /it must be a file, syslog\+tcp/],
  ['a folder that is not there', '/nowhere/audit.jsonl', /ENOENT/],
] as const) {
  test(`${what} is refused at the start`, async () => {
    await assert.rejects(createServer({ auditExport: target }), sentence);
  });
}
