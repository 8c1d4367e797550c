// Runs every compiled test with node:test, on any Node from 20, and ends with the count. Arguments select files by name.
// What goes through HTTP runs twice: over SQLite and over PostgreSQL, which comes from npm and is started here.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startPostgresql } from '../test/postgresql.js';

const root = join(import.meta.dirname, '../test');
const wanted = process.argv.slice(2);
const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.test.js') && (wanted.length === 0 || wanted.some((part) => file.includes(part))),
);
if (names.length === 0) throw new Error(`no test file has ${wanted.join(' or ')} in its name`);
/** Where a test asks a server for something, whatever its store. */
const throughHttp = names.filter((name) => /^(http|tools|conformance|attacks|fuzz)\//.test(name));

type Events = ReturnType<typeof run>;

function runOver(store: 'sqlite' | 'postgresql', files: readonly string[]): Events {
  process.env.TEST_STORE = store;
  const events = run({
    files: files.map((name) => join(root, name)),
    concurrency: 2,
    timeout: Number(process.env.TEST_TIMEOUT ?? 300_000),
  });
  events.on('test:fail', () => {
    process.exitCode = 1;
  });
  if (!process.env.CI) return events;
  // A skipped test proves nothing, so in CI it counts as a failure.
  events.on('test:pass', ({ name, skip, todo }) => {
    if (skip === undefined && todo === undefined) return;
    process.stderr.write(`skipped in CI: ${name}\n`);
    process.exitCode = 1;
  });
  return events;
}

/** The events of both runs as those of one: their counts are summed. */
async function* bothRuns(): AsyncGenerator<unknown> {
  const counts = new Map<string, number>();
  const stores = throughHttp.length > 0 ? (['sqlite', 'postgresql'] as const) : (['sqlite'] as const);
  for (const store of stores) {
    for await (const event of runOver(store, store === 'sqlite' ? names : throughHttp)) {
      const count = event.type === 'test:diagnostic' ? /^(\w+) ([\d.]+)$/.exec(event.data.message) : null;
      if (count?.[1] !== undefined && event.data.nesting === 0) {
        counts.set(count[1], (counts.get(count[1]) ?? 0) + Number(count[2]));
      } else yield event;
    }
  }
  for (const [name, count] of counts) {
    yield { type: 'test:diagnostic', data: { message: `${name} ${count}`, nesting: 0, level: 'info' } };
  }
}

const postgresql = await startPostgresql();
process.env.TEST_POSTGRESQL = postgresql.url;
const reporter = new spec();
reporter.pipe(process.stdout);
for await (const event of bothRuns()) reporter.write(event);
reporter.end();
await finished(reporter);
await postgresql.stop();
// Said outright: what comes with the server's package would end the process with 0.
process.exit();
