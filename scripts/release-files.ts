// The files that come with a release: the package, what it is made of (CycloneDX), and the hashes of both.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the files in `folder` and answers the tarball's path. `root` is a clone, installed. */
export function writeReleaseFiles(root: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = `offshoot-${version}.tgz`;
  const bill = `offshoot-${version}.cdx.json`;
  writeFileSync(join(folder, bill), `${JSON.stringify(billOfMaterials(root), null, 2)}\n`);
  const sums = [tarball, bill].map((file) => `${sha256(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
  return join(folder, tarball);
}

/**
 * From the lock, so for every platform, with neither network nor `node_modules`. npm is shown a lock without what is for
 * development alone: its own --omit=dev leaves out what development uses too.
 */
export function billOfMaterials(root: string): { readonly components: readonly object[] } {
  const parent = mkdtempSync(join(tmpdir(), 'offshoot-bill-'));
  // npm names the whole after its folder.
  const folder = join(parent, 'offshoot');
  mkdirSync(folder);
  try {
    const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const packages = Object.entries<{ dev?: boolean }>(lock.packages).filter(([, { dev }]) => !dev);
    delete lock.packages[''].devDependencies;
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }),
    );
    const options = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
    return JSON.parse(execFileSync('npm', ['sbom', ...options], { cwd: folder, encoding: 'utf8' }));
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
