// `offshoot audit`: what is done to audit events behind the server's back shows, whoever did it and however well.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { openSealer, readAnchors, readPublicSealKeys, sealKeyOf, verifyAudit } from '../../src/audit/index.js';
import { formatInstant, systemClock } from '../../src/base/index.js';
import { beginning, chainedColumns, linkAfter } from '../../src/store/audit-chain.js';
import { type Connection, openConnection } from '../../src/store/connection.js';
import { openStore, readAuditRows, storePath } from '../../src/store/index.js';
import { openSession } from '../http/session.js';
import { newDatabase, startPostgresql } from '../postgresql.js';
import { keepTenant, newTenantId, unit } from '../store/entities.js';
import { call } from '../support.js';
import { development, type Outcome, offshoot, serve, temporaryFolder, within } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-audit-'));
after(() => rmSync(folder, { recursive: true }));
const data = join(folder, 'data');
const key = join(data, 'audit-seal.pem');
const anchor = join(folder, 'seals');
const exported = join(folder, 'audit.jsonl');
let tenant: string;
/** How many events there are. */
let last: number;
/** Up to which of them is sealed, in order: about every third, and the last. */
let seals: number[];
const sealedFrom = (position: number): number => seals.find((one) => one >= position) ?? 0;

before(async () => {
  const session = await openSession({ data, sealEvery: 3, auditExport: exported });
  tenant = session.development.tenantId;
  const settings = `derivedCredentials/${session.development.settingsId}`;
  for (let index = 0; index < 6; index++)
    await session.expect(200, 'PATCH', settings, { displayName: `${index}\u2028` });
  last = (await session.expect(200, 'GET', 'auditEvents')).value.length;
  await session.close();
  const { stdout } = await offshoot('audit', 'seals', '--data', data);
  writeFileSync(anchor, stdout);
  seals = stdout
    .trim()
    .split('\n')
    .map((seal) => Number(seal.split('/')[3]));
  assert.ok(seals.length >= 2);
});

let count = 0;
/** A copy of the store, changed behind the program's back. */
function tampered(change: string | ((connection: Connection) => void)): string {
  const copy = join(folder, `${++count}`);
  mkdirSync(copy);
  copyFileSync(storePath({ data }), storePath({ data: copy }));
  const connection = openConnection(storePath({ data: copy }));
  if (typeof change === 'string') connection.execute(change);
  else change(connection);
  connection.close();
  return copy;
}

/** Makes every hash anew, as somebody would who knows how. */
function recompute(connection: Connection): void {
  let link = beginning;
  const [, ...columns] = chainedColumns;
  const rows = connection.all(`SELECT position, ${columns.join(', ')} FROM audit_events ORDER BY position`);
  // Moved out of the way first, since positions are unique.
  connection.execute('UPDATE audit_events SET position = position + 1000');
  for (const [position, ...row] of rows) {
    link = linkAfter(link, row);
    connection.run('UPDATE audit_events SET position = ?1, hash = ?2 WHERE position = ?3', [
      link.position,
      link.hash,
      Number(position) + 1000,
    ]);
  }
  connection.run('UPDATE audit_heads SET position = ?1, hash = ?2', [link.position, link.hash]);
}

const verify = (copy: string, ...more: string[]): Promise<Outcome> =>
  offshoot('audit', 'verify', '--data', copy, ...more);

/** Expects the sentence for the tenant's first bad place; the options are those of the command. */
async function finds(copy: string, expected: RegExp, ...options: string[]): Promise<void> {
  const named = (name: string) => options.filter((_, index) => options[index - 1] === name);
  const keys = await readPublicSealKeys(named('--public-key'));
  const evidence = { keys, anchors: await readAnchors(named('--anchor'), keys) };
  const broken = await readAuditRows(storePath({ data: copy }), async (trail) => {
    for await (const verdict of verifyAudit(trail, evidence)) if (verdict.tenant === tenant) return verdict.broken;
    return undefined;
  });
  assert.match(broken?.text ?? 'nothing', expected);
}

const change = (position: number): string =>
  `UPDATE audit_events SET properties = json_set(properties, '$.activityResult', 'Failure') WHERE position = ${position}`;

describe('offshoot audit verify', () => {
  test('finds nothing where the server alone has written, in a store and in a backup of it', async () => {
    const whole = new RegExp(`^${tenant}: events 1 to ${last}, sealed up to ${last} at 20[^;]*\n$`);
    const without = await verify(data);
    assert.deepEqual([without.code, without.stderr], [0, 'Signatures are not looked at: there is no --public-key.\n']);
    assert.match(without.stdout, whole);
    const file = join(folder, 'whole.backup');
    assert.equal((await offshoot('backup', file, '--data', data)).code, 0);
    for (const place of [
      ['--data', data],
      ['--backup', file],
    ]) {
      const { code, stdout, stderr } = await offshoot(
        'audit',
        'verify',
        ...place,
        '--public-key',
        key,
        '--anchor',
        anchor,
      );
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, whole);
    }
    const json = JSON.parse((await verify(data, '--json', '--public-key', key)).stdout);
    assert.deepEqual([json.tenant, json.cut, json.last, json.sealed.position], [tenant, 0, last, last]);
  });

  test('names what is not sealed yet', async () => {
    const copy = tampered('SELECT 1');
    assert.equal((await offshoot('tenant', 'set-license', tenant, 'expired', '--data', copy)).code, 0);
    const { code, stdout } = await verify(copy, '--public-key', key, '--anchor', anchor);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`sealed up to ${last} at .*; not sealed: ${last + 1} to ${last + 1}\n`));
  });

  test('names an event that was changed', async () => {
    const { code, stdout } = await verify(tampered(change(4)));
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`^${tenant}: the event [\\da-f-]{36} at position 4 was changed\n$`));
    await finds(tampered(change(4)), /^the event [\da-f-]{36} at position 4 was changed$/);
    await finds(tampered(change(last)), new RegExp(`at position ${last} was changed$`));
    await finds(
      tampered("UPDATE audit_events SET display_name = 'other' WHERE position = 1"),
      /at position 1 was changed$/,
    );
    await finds(
      tampered("UPDATE audit_heads SET hash = 'other'"),
      new RegExp(`not the hash of the event .* at position ${last}$`),
    );
  });

  test('names events that were removed', async () => {
    await finds(tampered('DELETE FROM audit_events WHERE position = 4'), /^the event at position 4 was removed$/);
    await finds(
      tampered('DELETE FROM audit_events WHERE position BETWEEN 4 AND 6'),
      /^the events from 4 to 6 were removed$/,
    );
    const renumbered = `DELETE FROM audit_events WHERE position IN (4, 5);
      UPDATE audit_events SET position = position + 1000 WHERE position > 5;
      UPDATE audit_events SET position = position - 1002 WHERE position > 1000`;
    await finds(tampered(renumbered), /^the events from 4 to 5 were removed$/);
    const end = `DELETE FROM audit_events WHERE position > ${last - 2}`;
    await finds(tampered(end), new RegExp(`^the events from ${last - 1} to ${last} were removed$`));
  });

  test('names an event that was inserted', async () => {
    const insert = (position: number, hash: string): string =>
      `INSERT INTO audit_events SELECT tenant_id, 'forged', ${position}, activity_date_time, activity_type, category, display_name, properties, '${hash}' FROM audit_events WHERE position = 1`;
    await finds(tampered(insert(last + 1, 'a')), new RegExp(`^the event forged at position ${last + 1} was inserted$`));
    const shifted = (hash: (connection: Connection) => string) => (connection: Connection) => {
      connection.execute('UPDATE audit_events SET position = position + 1000 WHERE position > 3');
      connection.execute('UPDATE audit_events SET position = position - 999 WHERE position > 1000');
      connection.execute(insert(4, hash(connection)));
    };
    await finds(tampered(shifted(() => 'a')), /^the event forged at position 4 was inserted$/);
    const fitting = (connection: Connection): string => {
      const [, , , ...row] =
        connection.get(`SELECT 1, 1, 1, ${chainedColumns.slice(1).join(', ')} FROM audit_events WHERE position = 1`) ??
        [];
      const before = connection.get('SELECT hash FROM audit_events WHERE position = 3')?.[0];
      row[1] = 'forged';
      return linkAfter({ position: 3, hash: String(before) }, row).hash;
    };
    await finds(tampered(shifted(fitting)), /^an event was inserted at position 4, before the event/);
  });

  test('finds a chain that was made anew, by what was signed of the old one', async () => {
    const anew = (connection: Connection): void => {
      connection.execute(change(4));
      recompute(connection);
    };
    await finds(
      tampered(anew),
      new RegExp(
        `^the chain up to the event [\\da-f-]{36} at position ${sealedFrom(4)} is not the one that was sealed at 20`,
      ),
    );
    const unsealed = tampered((connection) => {
      anew(connection);
      connection.execute('DELETE FROM audit_seals');
    });
    assert.equal((await verify(unsealed, '--public-key', key)).code, 0, 'without a seal nobody could tell');
    await finds(
      unsealed,
      new RegExp(`position ${sealedFrom(4)} is not the one that was sealed`),
      '--public-key',
      key,
      '--anchor',
      anchor,
    );
  });

  test('finds a seal that somebody else signed', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = sealKeyOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const forged = tampered('SELECT 1');
    const connection = openConnection(storePath({ data: forged }));
    connection.execute(change(4));
    recompute(connection);
    for (const [position, hash] of connection.all('SELECT position, hash FROM audit_events')) {
      const end = { tenant, position: Number(position), hash: String(hash), time: formatInstant(Date.now()) };
      connection.run('UPDATE audit_seals SET seal = ?1 WHERE position = ?2', [other.seal(end), end.position]);
    }
    connection.close();
    assert.equal((await verify(forged)).code, 0, 'without a public key they are taken at their word');
    await finds(
      forged,
      new RegExp(`^the seal at position ${seals[0]} is none, or signed by none of the public keys$`),
      '--public-key',
      key,
    );
    const theirs = join(folder, 'theirs.pem');
    writeFileSync(theirs, other.publicKey);
    await finds(
      forged,
      /is not the one that was sealed/,
      '--public-key',
      theirs,
      '--public-key',
      key,
      '--anchor',
      anchor,
    );
    const wrong = await verify(data, '--public-key', theirs, '--anchor', anchor);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /has a seal that none of the public keys signed/);
  });

  test('finds a tail that was cut off, and a tenant that was wiped out', async () => {
    const cut = (connection: Connection): void => {
      connection.execute(`DELETE FROM audit_events WHERE position > 4`);
      connection.execute(
        'UPDATE audit_heads SET (position, hash) = (SELECT position, hash FROM audit_events WHERE position = 4)',
      );
    };
    await finds(tampered(cut), /^the events? (from|at position) 5 .*removed, sealed at 20/);
    const gone = tampered((connection) => {
      cut(connection);
      connection.execute('DELETE FROM audit_seals WHERE position > 4');
    });
    assert.equal((await verify(gone, '--public-key', key)).code, 0);
    await finds(gone, /^the events? (from|at position) 5 .*removed, sealed at/, '--anchor', anchor);
    const wiped = tampered('DELETE FROM audit_events; DELETE FROM audit_heads; DELETE FROM audit_seals');
    await finds(wiped, /^the events from 1 to \d+ were removed, sealed at/, '--anchor', anchor);
  });

  test('takes events before a signed end for removed on purpose only where an event tells of it', async () => {
    const sealed = sealedFrom(2);
    await finds(
      tampered(
        `DELETE FROM audit_events WHERE position <= ${sealed}; DELETE FROM audit_seals WHERE position < ${sealed}`,
      ),
      new RegExp(`^the events up to position ${sealed} were removed, and no event tells of it$`),
    );
    const open = [4, 5, 6, 7].find((position) => !seals.includes(position));
    const unsealed = tampered(`DELETE FROM audit_events WHERE position <= ${open}`);
    await finds(unsealed, new RegExp(`^the events from 1 to ${open} were removed$`));
    await finds(
      tampered('DELETE FROM audit_events'),
      /^the events up to position \d+ were removed, and no event tells of it$/,
    );
  });

  test('refuses, with exit code 1, what is no key, no anchor, no store and no backup', async () => {
    const rsa = join(folder, 'rsa.pem');
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(rsa, publicKey.export({ type: 'spki', format: 'pem' }));
    for (const [args, expected] of [
      [['--public-key', anchor], /The key '.*' cannot be used/],
      [['--public-key', rsa], /of the kind rsa, and has to be of Ed25519 or P-256/],
      [['--anchor', key], /The anchor '.*' has no seal in it/],
      [['--backup', anchor], /is no backup/],
    ] as const) {
      const { code, stderr } = await verify(data, ...args);
      assert.equal(code, 1);
      assert.match(stderr, expected);
    }
    assert.equal((await verify(join(folder, 'none'))).code, 1);
  });
});

describe('offshoot audit verify of an export', () => {
  const lines = (): string[] => readFileSync(exported, 'utf8').trimEnd().split('\n');
  const isEvent = (line: string): boolean => line.includes('"event":');
  /** The export with its lines changed. */
  const changed = (change: (all: string[]) => string[]): string => {
    const file = join(folder, `${++count}.jsonl`);
    writeFileSync(file, `${change(lines()).join('\n')}\n`);
    return file;
  };
  const verifyExport = (...args: string[]) => offshoot('audit', 'verify', '--public-key', key, ...args);
  const at = (position: number) => (line: string) => isEvent(line) && JSON.parse(line).position === position;

  test('finds nothing in the lines that the server has written, of which seals are some', async () => {
    assert.ok(lines().some((line) => !isEvent(line) && /"seal":"offshoot-seal/.test(line)));
    const { code, stdout, stderr } = await verifyExport('--export', exported, '--anchor', anchor);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, new RegExp(`^${tenant}: events 1 to ${last}, sealed up to ${last} at [^;]*\n$`));
  });

  test('names a line that was changed, removed or inserted', async () => {
    const broken = async (expected: RegExp, change: (all: string[]) => string[]): Promise<void> => {
      const { code, stdout } = await verifyExport('--export', changed(change));
      assert.equal(code, 1, stdout);
      assert.match(stdout, expected);
    };
    await broken(/the event [\da-f-]{36} at position 4 was changed/, (all) =>
      all.map((line) => (at(4)(line) ? line.replace('"Success"', '"Failure"') : line)),
    );
    await broken(/the event at position 4 was removed/, (all) => all.filter((line) => !at(4)(line)));
    await broken(/at position 4 stands before/, (all) => all.flatMap((line) => (at(4)(line) ? [line, line] : line)));
    const tail = lines().findLastIndex(isEvent);
    await broken(new RegExp(`at position ${last} was removed, sealed at`), (all) =>
      all.filter((_, index) => index !== tail),
    );
  });

  test('names a line that stands at another place, or says that it does', async () => {
    const cheated = async (expected: RegExp, change: (all: string[]) => string[]): Promise<void> => {
      const { code, stdout } = await verifyExport('--export', changed(change));
      assert.equal(code, 1, stdout);
      assert.match(stdout, expected);
    };
    const moved = (all: string[], position: number, by: number): string[] => {
      const from = all.findIndex(at(position));
      const events = all.filter((_, index) => index !== from);
      const before = all.findIndex(at(position + by));
      return [...events.slice(0, before), all[from] ?? '', ...events.slice(before)];
    };
    await cheated(/the event at position 4 was removed/, (all) => moved(all, 4, 1));
    await cheated(/the events from 3 to 4 were removed/, (all) => moved(all, 5, -2));
    await cheated(/at position \d+ stands before the beginning of the chain/, (all) => all.toReversed());
    // With the places changed too, and with the hashes exchanged as well.
    const swapped = (members: readonly string[]) => (all: string[]) => {
      const [one, other] = [4, 5].map((position) => JSON.parse(all.find(at(position)) ?? ''));
      const taken = (to: object, from: Record<string, unknown>) =>
        JSON.stringify({ ...to, ...Object.fromEntries(members.map((name) => [name, from[name]])) });
      const lineAt = new Map([
        [4, taken(other, one)],
        [5, taken(one, other)],
      ]);
      return all.map((line) => (isEvent(line) && lineAt.get(JSON.parse(line).position)) || line);
    };
    await cheated(/at position 4 was inserted/, swapped(['position']));
    await cheated(/at position 4 was changed/, swapped(['position', 'hash']));
    const another = '00000000-0000-4000-8000-000000000000';
    await cheated(/the event at position 4 was removed/, (all) =>
      all.map((line) => (at(4)(line) ? line.replace(tenant, another) : line)),
    );
  });

  test('names a line that somebody made, and all of them where seals are elsewhere', async () => {
    const remade = (from: number) => (all: string[]) => {
      let link = beginning;
      return all.map((line) => {
        if (!isEvent(line)) return line;
        const { position, hash, event } = JSON.parse(line);
        const { id, activityDateTime, activityType, category, displayName, ...rest } = event;
        if (position >= from) rest.activityResult = 'Failure';
        const row = [tenant, id, activityDateTime, activityType, category, displayName, JSON.stringify(rest)];
        link = linkAfter(link, row);
        if (position < from) assert.equal(link.hash, hash);
        const made = { id, activityDateTime, activityType, category, displayName, ...rest };
        return JSON.stringify({ tenantId: tenant, position, hash: link.hash, event: made });
      });
    };
    const sealed = new RegExp(`at position ${sealedFrom(4)} is not the one that was sealed at`);
    const whole = await verifyExport('--export', changed(remade(4)));
    assert.deepEqual([whole.code, sealed.test(whole.stdout)], [1, true], whole.stdout);
    const events = changed((all) => remade(4)(all).filter(isEvent));
    const elsewhere = await verifyExport('--export', events, '--anchor', anchor);
    assert.deepEqual([elsewhere.code, sealed.test(elsewhere.stdout)], [1, true], elsewhere.stdout);
    const unseen = await verifyExport('--export', events);
    assert.match(unseen.stdout, new RegExp(`; not sealed: 1 to ${last}\n$`));
    const extra = await verifyExport(
      '--export',
      changed((all) => [...all, (all.findLast(isEvent) ?? '').replace(`"position":${last}`, `"position":${last + 1}`)]),
    );
    assert.match(extra.stdout, new RegExp(`at position ${last + 1} was (changed|inserted)`));
  });

  test('misses a tenant of which seals alone are left, in the export or elsewhere', async () => {
    const nobody = changed((all) => all.filter((line) => !isEvent(line)));
    const missed = new RegExp(`^${tenant}: no event is here, and one at position ${last} was sealed at `);
    const own = await verifyExport('--export', nobody);
    assert.deepEqual([own.code, missed.test(own.stdout)], [1, true], own.stdout);
    writeFileSync(nobody, '');
    const elsewhere = await verifyExport('--export', nobody, '--anchor', anchor);
    assert.deepEqual([elsewhere.code, missed.test(elsewhere.stdout)], [1, true], elsewhere.stdout);
  });

  test('refuses a line that says what no hash covers, or no place', async () => {
    for (const change of [
      (line: string) => line.replace('"position":4', '"position":"four"'),
      (line: string) => line.replace('"position":4', '"position":4.5'),
      (line: string) => line.replace('"position":4', '"position":4,"comment":"nothing to see"'),
      (line: string) => line.replace('"activityResult":', '"activityResult":"Failure","activityResult":'),
      (line: string) => line.replace('"position":4', '"position":4,"seal":"none"'),
      () => '{"tenantId":"t","position":4,"seal":"none"}',
    ]) {
      const file = changed((all) => all.map((line) => (at(4)(line) ? change(line) : line)));
      const { code, stderr } = await verifyExport('--export', file);
      assert.equal(code, 1);
      assert.match(stderr, /:\d+ is no exported audit event/);
    }
  });

  test('takes no text of a client for a seal, in an export or a log', async () => {
    const folderOfOwn = join(folder, `${++count}`);
    const audit = join(folder, `${count}.jsonl`);
    const session = await openSession({ data: folderOfOwn, auditExport: audit });
    const fake = `offshoot-seal/1/${session.development.tenantId}/1/${'0'.repeat(64)}/2026-01-01T00:00:00.0000000Z/A`;
    const path = `derivedCredentials/${session.development.settingsId}`;
    await session.expect(200, 'PATCH', path, { displayName: fake });
    await session.close();
    assert.ok(
      readFileSync(audit, 'utf8')
        .split('\n')
        .some((line) => isEvent(line) && line.includes(fake)),
    );
    const log = join(folder, `${count}.log`);
    const seal = JSON.parse(
      readFileSync(audit, 'utf8')
        .trimEnd()
        .split('\n')
        .findLast((line) => !isEvent(line)) ?? '',
    );
    const lines = [
      JSON.stringify({ level: 'info', event: 'requestFinished', clientRequestId: fake }),
      JSON.stringify({ level: 'info', event: 'auditSealed', ...seal }),
    ];
    const publicKey = join(folderOfOwn, 'audit-seal.pem');
    /** As collectors keep them: as they are, behind a head, as a text or an object in an object of their own. */
    const forms: ((line: string) => string)[] = [
      (line) => line,
      (line) => `2026-01-01T00:00:00Z host offshoot[1]: ${line}`,
      (line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr' }),
      (line) => JSON.stringify({ _PID: '1', MESSAGE: line }),
      (line) => JSON.stringify({ time: 1, event: JSON.parse(line) }),
    ];
    for (const form of forms) {
      writeFileSync(log, lines.map(form).join('\n'));
      for (const keys of [['--public-key', publicKey], []]) {
        const files = ['--export', audit, '--anchor', audit, '--anchor', log];
        const { code, stdout, stderr } = await offshoot('audit', 'verify', ...keys, ...files);
        assert.equal(code, 0, stdout + stderr);
      }
    }
  });

  test('says which event it cannot judge where a piece begins', async () => {
    const piece = (all: string[]): string[] => all.filter((line) => isEvent(line) && JSON.parse(line).position >= 3);
    const { code, stdout } = await verifyExport(
      '--export',
      changed((all) => piece(all).map((line) => (at(3)(line) ? line.replace('"Success"', '"Failure"') : line))),
    );
    assert.equal(code, 0);
    assert.match(stdout, /events 3 to \d+, those before are not here, without which what 3 says is not verified/);
  });

  test('goes on from one file to the next, and may begin anywhere', async () => {
    const first = changed((all) => all.slice(0, 5));
    const second = changed((all) => all.slice(5));
    const whole = await verifyExport('--export', first, '--export', second);
    assert.match(whole.stdout, new RegExp(`events 1 to ${last},`));
    const piece = await verifyExport('--export', second);
    assert.equal(piece.code, 0);
    const parted = changed((all) => all.flatMap((line) => [line, '', ' \r']));
    assert.equal((await verifyExport('--export', parted)).stdout, whole.stdout);
    assert.match(piece.stdout, new RegExp(`events \\d+ to ${last}, those before are not here,`));
    const text = await verifyExport('--export', anchor, '--export', key);
    assert.equal(text.code, 1);
    assert.match(text.stderr, /:1 is no exported audit event/);
  });
});

describe('sealing', () => {
  const patch = async (ready: { plainUrl: string; settingsId: string; token: string }, displayName: string) => {
    const path = `/beta/deviceManagement/derivedCredentials/${ready.settingsId}`;
    assert.equal((await call(ready, 'PATCH', path, { token: ready.token, body: { displayName } })).status, 200);
  };

  test('goes to the log, after so much time, with a key of either kind; its lines are anchors', async (t) => {
    for (const made of [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
      const own = await temporaryFolder(t);
      const [privateFile, publicFile, log] = [join(own, 'private.pem'), join(own, 'public.pem'), join(own, 'log')];
      writeFileSync(privateFile, made.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      writeFileSync(publicFile, made.publicKey.export({ type: 'spki', format: 'pem' }));
      const settings = ['--seal-key', privateFile, '--seal-seconds', '1', '--log-level', 'info'];
      const { ready, stderr, child } = await serve(t, ...development(own), ...settings);
      await within(10_000, async () => /"auditSealed".*"seal":"offshoot-seal\//.test(stderr()));
      await patch(ready, 'last');
      await within(10_000, async () => /"position":7,/.test(stderr()));
      child.kill('SIGKILL');
      writeFileSync(log, stderr());
      const args = ['audit', 'verify', '--data', own, '--public-key', publicFile, '--anchor', log];
      const { code, stdout } = await offshoot(...args);
      assert.equal(code, 0);
      assert.match(stdout, /events 1 to 7, sealed up to 7 at [^;]*\n$/);
    }
  });

  test('refuses a key that cannot be used', async (t) => {
    const own = await temporaryFolder(t);
    const { code, stderr } = await offshoot('serve', ...development(own), '--seal-key', join(own, 'none'));
    assert.equal(code, 1);
    assert.match(stderr, /The key '.*none' cannot be used: there is no such file/);
  });

  test('by several nodes at once leaves one seal of each end, and all hold', async (t) => {
    const server = await startPostgresql();
    t.after(() => server.stop());
    const path = await newDatabase(server.url);
    const own = sealKeyOf(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    const publicFile = join(folder, 'nodes.pem');
    writeFileSync(publicFile, own.publicKey);
    const nodes = await Promise.all([1, 2, 3].map(() => openStore({ path, mode: 'production', create: true })));
    const log: string[] = [];
    const sealers = nodes.map((store) =>
      openSealer({
        store,
        key: own,
        every: 5,
        seconds: 3600,
        clock: systemClock,
        onSealed: (_, seal) => log.push(seal),
        onFailure: (error) => assert.fail(String(error)),
      }),
    );
    const tenants = [newTenantId(), newTenantId()];
    for (const id of tenants) {
      assert.equal(await sealers[0]?.write(unit(id, keepTenant(id))), 'done');
      await Promise.all(Array.from({ length: 40 }, (_, index) => sealers[index % 3]?.write(unit(id))));
    }
    await Promise.all(sealers.map((sealer) => sealer.close()));
    await Promise.all(nodes.map((store) => store.close()));
    const seals = join(folder, 'nodes.seals');
    writeFileSync(seals, log.join('\n'));
    const { code, stdout } = await offshoot(
      'audit',
      'verify',
      '--database',
      path,
      '--public-key',
      publicFile,
      '--anchor',
      seals,
    );
    assert.equal(code, 0, stdout);
    for (const id of tenants)
      assert.match(stdout, new RegExp(`^${id}: events 1 to 41, sealed up to 41 at [^;]*$`, 'm'));
    const client = new pg.Client(path);
    await client.connect();
    const { rows } = await client.query('SELECT count(*) FROM audit_seals');
    await client.query(
      "UPDATE audit_events SET properties = replace(properties, 'Success', 'Failure') WHERE position = 20",
    );
    await client.end();
    assert.ok(Number(rows[0].count) > 10);
    const after = await offshoot('audit', 'verify', '--database', path);
    assert.equal(after.code, 1);
    assert.equal(after.stdout.match(/at position 20 was changed/g)?.length, 2);
  });
});

describe('offshoot audit prune', () => {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const prune = (copy: string, ...more: string[]) =>
    offshoot('audit', 'prune', '--data', copy, '--public-key', key, ...more);

  test('cuts at a signed end, and what is left verifies, also against older anchors', async (t) => {
    const copy = tampered('SELECT 1');
    for (const license of ['expired', 'active']) {
      assert.equal((await offshoot('tenant', 'set-license', tenant, license, '--data', copy)).code, 0);
    }
    const dry = await prune(copy, '--before', tomorrow, '--dry-run');
    assert.deepEqual([dry.code, dry.stdout], [0, `${tenant}: positions 1 to ${last} would be removed\n`]);
    const none = await prune(copy, '--before', '2026-01-01');
    assert.deepEqual([none.code, none.stdout], [0, `${tenant}: nothing to remove\n`]);
    assert.match((await verify(copy)).stdout, new RegExp(`events 1 to ${last + 2},`));
    const done = await prune(copy, '--before', tomorrow, '--anchor', anchor);
    assert.deepEqual([done.code, done.stdout], [0, `${tenant}: positions 1 to ${last} removed\n`]);
    const left = `events ${last + 1} to ${last + 3}, those before were removed on purpose, sealed up to ${last} at .*; not sealed: ${last + 1} to ${last + 3}\n$`;
    const { code, stdout } = await verify(copy, '--public-key', key, '--anchor', anchor);
    assert.equal(code, 0, stdout);
    assert.match(stdout, new RegExp(left));
    assert.equal((await offshoot('check', '--data', copy)).stdout, 'The store is as it should be.\n');

    const session = await openSession({ data: copy });
    t.after(() => session.close());
    const { value } = await session.expect(200, 'GET', "auditEvents?$filter=activityType eq 'Delete auditEvents'");
    await session.close();
    assert.deepEqual(value[0].resources[0].displayName, `up to position ${last}`);
    assert.equal(value[0].actor.applicationDisplayName, 'offshoot audit prune');
    const again = await prune(copy, '--before', tomorrow);
    assert.match(again.stdout, new RegExp(`positions ${last + 1} to ${last + 3} removed`));
    assert.equal((await verify(copy, '--public-key', key, '--anchor', anchor)).code, 0);
  });

  test('leaves a chain alone that is broken', async () => {
    const copy = tampered(change(4));
    const { code, stdout } = await prune(copy, '--before', tomorrow);
    assert.equal(code, 1);
    assert.match(stdout, /at position 4 was changed; nothing is removed\n$/);
    await finds(copy, /at position 4 was changed/);
  });

  test('refuses a date that is none', async () => {
    for (const date of ['today', '2026-13-01', '2026-01-31T12:00:00']) {
      const { code, stderr } = await prune(data, '--before', date);
      assert.equal(code, 2, date);
      assert.match(stderr, /must be a date/);
    }
  });
});
