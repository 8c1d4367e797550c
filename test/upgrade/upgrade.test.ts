// Stores that earlier versions wrote, opened by this one.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { offshoot, temporaryFolder } from '../cli/program.js';
import { newDatabase, sharedPostgresql } from '../postgresql.js';
import { checkStore, fileIn, type KeptStore, keptFolder, makeStore } from './kept-store.js';

const versions = (await readdir(keptFolder)).filter((name) => name.endsWith('.db.gz')).map((name) => name.slice(0, -6));

test('there is a store of this release, or of one before', () => {
  // Nothing was released before the first pair is kept; whoever builds a release has to keep it.
  const hint = `there is no VERSION.db.gz in ${keptFolder}: npm run upgrade:keep`;
  if (!process.env.CI && versions.length === 0) process.stderr.write(`${hint}\n`);
  else assert.ok(versions.length > 0, hint);
});

for (const version of versions) {
  test(`a store that ${version} wrote answers as it did, and can be changed`, async (t) => {
    const folder = join(await temporaryFolder(t), 'data');
    await mkdir(folder);
    await writeFile(fileIn(folder), await kept(version, '.db.gz'));
    await checkStore({ data: folder }, JSON.parse((await kept(version, '.json.gz')).toString()));
    const { code, stdout } = await offshoot('check', '--data', folder);
    assert.equal(code, 0, stdout);
  });

  test(`a store that ${version} wrote answers as it did after a move to PostgreSQL`, async (t) => {
    const folder = join(await temporaryFolder(t), 'data');
    await mkdir(folder);
    await writeFile(fileIn(folder), await kept(version, '.db.gz'));
    const answers = JSON.parse((await kept(version, '.json.gz')).toString());
    await moveAndCheck(t, folder, answers);
  });
}

test('a store that this version wrote answers as it did after a restart, and can be changed', async (t) => {
  const folder = await temporaryFolder(t);
  await checkStore({ data: folder }, await makeStore(folder));
});

test('a store that this version wrote answers as it did after a move to PostgreSQL', async (t) => {
  const folder = await temporaryFolder(t);
  await moveAndCheck(t, folder, await makeStore(folder));
});

function kept(version: string, suffix: string): Promise<Buffer> {
  return readFile(join(keptFolder, version + suffix)).then((bytes) => gunzipSync(bytes));
}

/** By a backup of the folder, which is restored into a new database. */
async function moveAndCheck(t: TestContext, folder: string, answers: KeptStore): Promise<void> {
  const postgresql = await sharedPostgresql();
  t.after(() => postgresql.stop());
  const database = await newDatabase(postgresql.url);
  const elsewhere = await temporaryFolder(t);
  const file = join(elsewhere, 'store.backup');
  for (const command of [
    ['backup', file, '--data', folder],
    ['restore', file, '--database', database],
  ]) {
    const { code, stderr } = await offshoot(...command);
    assert.equal(code, 0, stderr);
  }
  await checkStore({ data: join(elsewhere, 'data'), database }, answers);
  const { code, stdout } = await offshoot('check', '--database', database);
  assert.equal(code, 0, stdout);
}
