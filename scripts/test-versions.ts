// Runs the tests on the other supported versions of Node.js, which the npm package `node` brings: a short form of them, or
// the whole (--whole). Versions as arguments run in place of all the others.
import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const supported = ['20', '22', '24'];
/** What a version of Node.js may break: its http, TLS and fetch, threads, the native driver, the command line, the package. */
const short = [
  'http/six-routes',
  'clients/',
  'store/sqlite',
  'store/postgresql',
  'store/backup',
  'cli/serve',
  'package/pack',
];

const [current = ''] = process.versions.node.split('.');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const versions = named.length > 0 ? named : supported.filter((version) => version !== current);
const parts = process.argv.includes('--whole') ? [] : short;

for (const version of versions) {
  const node = execFileSync('npx', ['--yes', '-p', `node@${version}`, '-c', 'node -p process.execPath'], {
    encoding: 'utf8',
  }).trim();
  const environment = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  const shown = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  process.stdout.write(`Node.js ${shown}: ${parts.length > 0 ? parts.join(' ') : 'the whole'}\n`);
  const run = spawnSync(node, [join(import.meta.dirname, 'run-tests.js'), ...parts], {
    stdio: 'inherit',
    env: environment,
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
