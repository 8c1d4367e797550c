// Before a pack, leaves in package.json what a consumer needs, and afterwards (--restore) puts the whole back.
// npm would ask whoever installs the tarball to approve `prepare`, which is for a clone alone.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const manifest = join(root, 'package.json');
const kept = join(root, 'package.json.kept');
const unneeded = new Set(['scripts', 'devDependencies', 'overrides', 'allowScripts']);

if (process.argv.includes('--restore')) renameSync(kept, manifest);
else {
  // A pack that was broken off left the whole one aside.
  if (!existsSync(kept)) renameSync(manifest, kept);
  const whole = Object.entries(JSON.parse(readFileSync(kept, 'utf8')));
  const packed = Object.fromEntries(whole.filter(([name]) => !unneeded.has(name)));
  writeFileSync(manifest, `${JSON.stringify(packed, null, 2)}\n`);
}
