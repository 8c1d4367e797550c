// Stores that earlier versions wrote, opened by this one.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { offshoot, temporaryFolder } from '../cli/program.js';
import { checkStore, fileIn, keptFolder, makeStore } from './kept-store.js';

const versions = (await readdir(keptFolder)).filter((name) => name.endsWith('.db.gz')).map((name) => name.slice(0, -6));

for (const version of versions) {
  test(`a store that ${version} wrote answers as it did, and can be changed`, async (t) => {
    const folder = join(await temporaryFolder(t), 'data');
    await mkdir(folder);
    const kept = async (suffix: string): Promise<Buffer> =>
      gunzipSync(await readFile(join(keptFolder, version + suffix)));
    await writeFile(fileIn(folder), await kept('.db.gz'));
    await checkStore(folder, JSON.parse((await kept('.json.gz')).toString()));
    const { code, stdout } = await offshoot('check', '--data', folder);
    assert.equal(code, 0, stdout);
  });
}

test('a store that this version wrote answers as it did after a restart, and can be changed', async (t) => {
  const folder = await temporaryFolder(t);
  await checkStore(folder, await makeStore(folder));
});
