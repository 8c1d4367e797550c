// Runs every compiled test with node:test, on any Node from 20, and ends with the count. Arguments select files by name.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const root = join(import.meta.dirname, '../test');
const wanted = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js') && (wanted.length === 0 || wanted.some((part) => file.includes(part))))
  .map((file) => join(root, file));
if (files.length === 0) throw new Error(`no test file has ${wanted.join(' or ')} in its name`);

const events = run({ files, concurrency: 2, timeout: 300_000 });
events.on('test:fail', () => {
  process.exitCode = 1;
});
if (process.env.CI) {
  // A skipped test proves nothing, so in CI it counts as a failure.
  events.on('test:pass', ({ name, skip, todo }) => {
    if (skip === undefined && todo === undefined) return;
    process.stderr.write(`skipped in CI: ${name}\n`);
    process.exitCode = 1;
  });
}
events.compose(new spec()).pipe(process.stdout);
