// Keeps a store of this version under test/upgrade, for later ones to open. A file that is there already is made anew only
// with --again: one that was released stays as it is.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileIn, keptFolder, makeStore } from '../test/upgrade/kept-store.js';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
const kept = join(keptFolder, `${version}.db.gz`);
if (existsSync(kept) && !process.argv.includes('--again')) throw new Error(`${kept} is kept already`);
const folder = mkdtempSync(join(tmpdir(), 'offshoot-keep-'));
try {
  const store = await makeStore(folder);
  const log = statSync(`${fileIn(folder)}-wal`, { throwIfNoEntry: false });
  if (log && log.size > 0) throw new Error('not everything is in the one file');
  writeFileSync(kept, gzipSync(readFileSync(fileIn(folder)), { level: 9 }));
  writeFileSync(join(keptFolder, `${version}.json.gz`), gzipSync(JSON.stringify(store), { level: 9 }));
  process.stdout.write(`${kept}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
