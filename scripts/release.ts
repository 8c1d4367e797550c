// Makes a release of the commit that is checked out, and with --publish sends it to the registry. Refuses, and says why,
// what is not ready; docs/release.md has the steps around it.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeReleaseFiles } from './release-files.js';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'release');
const publish = process.argv.includes('--publish');
const { version, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const npm = (...args: string[]): void => void execFileSync('npm', args, { cwd: root, stdio: 'inherit' });
const refuse = (why: string): never => {
  process.stderr.write(`no release: ${why}\n`);
  process.exit(1);
};

if (git('status', '--porcelain') !== '') refuse('the work tree has changes');
if (!readFileSync(join(root, 'CHANGELOG.md'), 'utf8').includes(`\n## ${version} - `)) {
  refuse(`CHANGELOG.md has no heading "## ${version} - date"`);
}
if (publish && git('tag', '--points-at', 'HEAD', `v${version}`) === '') refuse(`this commit has no tag v${version}`);
if (publish && repository === undefined) refuse('provenance needs the "repository" of package.json');

npm('ci');
npm('run', 'check');
npm('run', 'audit', '--', '--required');
rmSync(folder, { recursive: true, force: true });
const tarball = writeReleaseFiles(root, folder);
process.stdout.write(`${tarball}\n`);
if (publish) npm('publish', tarball, '--provenance', '--access', 'public');
