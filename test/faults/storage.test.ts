// Faults of a real file and a real disk under a running server: 503 while they last, and nothing to be done afterwards.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openConnection } from '../../src/store/connection.js';
import { storePath } from '../../src/store/index.js';
import { development, type Served, serve, serveBy, temporaryFolder, within } from '../cli/program.js';
import { openSession, type Session } from '../http/session.js';
import { type Attempt, attempt, checkAttempts, readiness, type Subject } from './load.js';

/** How long a recovery may take at most, in milliseconds; it is not measured. */
const patience = 20_000;

async function openSubject(t: TestContext): Promise<Subject & { session: Session; file: string }> {
  const session = await openSession();
  t.after(() => session.close());
  const { development: own, server } = session;
  const token = await own.token();
  const file = storePath({ data: dirname(own.caFile) });
  return { plainUrl: server.plainUrl, token, settingsId: own.settingsId, session, file };
}

/** Before, while and after a fault of the writes: the answers, what /readyz says, and that nothing was made in half. */
async function checkOutage(subject: Subject, trouble: string, begin: () => void, end: () => void): Promise<void> {
  const attempts: Attempt[] = [await attempt(subject)];
  assert.equal(attempts[0]?.status, 200);
  begin();
  for (let number = 0; number < 3; number++) attempts.push(await attempt(subject));
  assert.ok(
    attempts.slice(1).some(({ status }) => status === 503),
    JSON.stringify(attempts),
  );
  assert.equal(await readiness(subject), trouble);
  end();
  await within(patience, async () => (await readiness(subject)) === 'ok');
  attempts.push(await attempt(subject));
  assert.equal(attempts.at(-1)?.status, 200);
  await checkAttempts(subject, attempts);
}

test('a file that another process holds: writes answer 503, reads go on, and it ends with the lock', async (t) => {
  const subject = await openSubject(t);
  const other = openConnection(subject.file);
  t.after(() => other.close());
  await checkOutage(
    subject,
    'locked',
    () => other.run('BEGIN IMMEDIATE'),
    () => other.run('ROLLBACK'),
  );
  other.run('BEGIN IMMEDIATE');
  const [writing, reading] = await Promise.all([attempt(subject), subject.session.send('GET', 'deviceConfigurations')]);
  assert.deepEqual([writing.status, reading.status], [503, 200]);
  other.run('ROLLBACK');
});

test('a file with its bytes overwritten: 503 for what cannot be read, and it ends when they are put back', async (t) => {
  const subject = await openSubject(t);
  // So that the file has everything and the log nothing.
  const other = openConnection(subject.file);
  other.all('PRAGMA wal_checkpoint(TRUNCATE)');
  other.close();
  const whole = readFileSync(subject.file);
  const overwrite = (bytes: Buffer): void => {
    const handle = openSync(subject.file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, 0);
    closeSync(handle);
  };
  overwrite(Buffer.alloc(whole.length, 0xaa));
  const attempts = [await attempt(subject), await attempt(subject)];
  assert.deepEqual(
    attempts.map(({ status }) => status),
    [503, 503],
  );
  const { status, json } = await subject.session.send('GET', "deviceConfigurations?$filter=contains(displayName,'x')");
  assert.deepEqual([status, json.error.code], [503, 'ServiceUnavailable']);
  assert.equal(await readiness(subject), 'damaged');
  overwrite(whole);
  await within(patience, async () => (await readiness(subject)) === 'ok');
  attempts.push(await attempt(subject));
  assert.equal(attempts.at(-1)?.status, 200);
  await checkAttempts(subject, attempts);
  const check = openConnection(subject.file);
  assert.deepEqual(check.all('PRAGMA integrity_check'), [['ok']]);
  check.close();
});

test('a file that is moved away: nothing is acknowledged that would go with it, and it ends when it is back', async (t) => {
  const subject = await openSubject(t);
  const away = `${subject.file}.away`;
  await checkOutage(
    subject,
    'failing',
    () => renameSync(subject.file, away),
    () => renameSync(away, subject.file),
  );
});

test('a writing thread that dies: what it had in hand is unknown, the next write starts another', async (t) => {
  const subject = await openSubject(t);
  let thread: Worker | undefined;
  const { postMessage } = Worker.prototype;
  t.mock.method(Worker.prototype, 'postMessage', function (this: Worker, ...args: Parameters<typeof postMessage>) {
    thread = this;
    return postMessage.apply(this, args);
  });
  const attempts = [await attempt(subject)];
  for (let round = 0; round < 5; round++) {
    const running = Array.from({ length: 8 }, () => attempt(subject));
    const first = await Promise.race(running);
    attempts.push(first);
    await thread?.terminate();
    attempts.push(...(await Promise.all(running)).filter((each) => each !== first));
    const next = await attempt(subject);
    assert.equal(next.status, 200);
    attempts.push(next);
    await within(patience, async () => (await readiness(subject)) === 'ok');
  }
  await checkAttempts(subject, attempts);
});

describe('a disk', () => {
  const subjectOf = ({ ready }: Served): Subject => ready;

  test('that is full: 503 until there is room again', async (t) => {
    const folder = await temporaryFolder(t);
    const mount = inNamespace(`mount -t tmpfs -o size=2m tmpfs '${folder}'`);
    if (!mount) return fullByLimit(t);
    const served = await serveBy(t, mount, ...development(folder));
    const filler = join(`/proc/${served.child.pid}/root`, folder, 'filler');
    await checkOutage(
      subjectOf(served),
      'full',
      () => fill(filler),
      () => rmSync(filler),
    );
    await within(patience, async () => served.stderr().includes('"event":"storageRecovered"'));
    assert.deepEqual(await served.stop(), { code: 0, signal: null });
  });

  test('that fails to write: 503 until it does not', fullByLimit);

  /** A limit on the size of files, which the system lets be set and lifted while a process runs. */
  async function fullByLimit(t: TestContext): Promise<void> {
    const served = await serve(t, ...development(await temporaryFolder(t)));
    const limit = (size: string): void => {
      const { status, stderr } = spawnSync('prlimit', ['--pid', String(served.child.pid), `--fsize=${size}:unlimited`]);
      assert.equal(status, 0, String(stderr));
    };
    await checkOutage(
      subjectOf(served),
      'failing',
      () => limit('100'),
      () => limit('unlimited'),
    );
    assert.deepEqual(await served.stop(), { code: 0, signal: null });
  }

  test('that is read-only: a server does not start on it, and says why', async (t) => {
    const folder = await temporaryFolder(t);
    await (await serve(t, ...development(folder))).stop();
    const readOnly = inNamespace(`mount --bind '${folder}' '${folder}' && mount -o remount,ro,bind '${folder}'`);
    if (!readOnly) return t.diagnostic('not tried: nothing can be mounted here');
    await assert.rejects(
      serveBy(t, readOnly, ...development(folder)),
      /ended with 1: offshoot: The data folder '.*' cannot be written: its file system is read-only\./,
    );
    await (await serve(t, ...development(folder))).stop();
  });
});

/** A command that mounts something for itself and becomes what stands behind it; undefined where that is not allowed. */
function inNamespace(mount: string): readonly string[] | undefined {
  for (const own of ['-m', '-Urm']) {
    const command = ['unshare', own, 'sh', '-c', `${mount} && exec "$@"`, 'sh'];
    const [first = '', ...others] = [...command, 'true'];
    if (spawnSync(first, others).status === 0) return command;
  }
  return undefined;
}

function fill(path: string): void {
  const handle = openSync(path, 'w');
  try {
    for (;;) writeSync(handle, Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    closeSync(handle);
  }
}
