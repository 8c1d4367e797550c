// Writes the pages of docs/ that are made from tables in the code, or checks (--check) that they are up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusals } from '../src/base/index.js';
import { settings } from '../src/config/index.js';

const root = join(import.meta.dirname, '../..');

/** A comment that begins with `DEVIATION:`, to the end of its sentence or comment block. */
const deviation = /(?:\/\/|\*) DEVIATION: (.+(?:\n\s*(?:\/\/|\*)(?!\/) .+)*)/g;

const pages: Readonly<Record<string, () => string>> = {
  'docs/settings.md': settingsPage,
  'docs/errors.md': errorsPage,
  'docs/deviations.md': deviationsPage,
};

const check = process.argv.includes('--check');
for (const [file, make] of Object.entries(pages)) {
  const path = join(root, file);
  const wanted = make();
  if (!check) writeFileSync(path, wanted);
  else if (readFileSync(path, 'utf8') !== wanted) {
    process.stderr.write(`${file} is not what the code says: run \`npm run docs\`\n`);
    process.exitCode = 1;
  }
}

function settingsPage(): string {
  const rows = Object.values(settings).map((row: Setting) => {
    const flag = row.placeholder ? `--${row.flag} <${row.placeholder}>` : `--${row.flag}`;
    const meaning = row.range ? `${row.description}; from ${row.range.join(' to ')}` : row.description;
    return [`\`${flag}\``, row.default === undefined ? '' : `\`${row.default}\``, row.mode ?? 'both', meaning];
  });
  return page(
    'Settings',
    'The options of `offshoot serve`. `createServer()` takes the same settings, their names in camel case.',
    table(['option', 'default', 'mode', 'meaning'], rows),
  );
}

interface Setting {
  readonly flag: string;
  readonly description: string;
  readonly placeholder?: string;
  readonly default?: string | number;
  readonly range?: readonly [number, number];
  readonly mode?: string;
}

function errorsPage(): string {
  const rows = Object.entries(refusals)
    .map(([name, { status, code, message }]) => [String(status), `\`${code}\``, message, `\`${name}\``] as const)
    .toSorted(([a], [b]) => Number(a) - Number(b));
  return page(
    'Errors',
    `Every error that Offshoot answers with. The body is Graph's: \`{"error": {"code", "message", "target", "innerError":
{"date", "request-id", "client-request-id"}}}\`; \`target\` names the property, option or header that is wrong. The last
column is the error's name in the code.`,
    table(['status', 'code', 'message', 'name'], rows),
  );
}

function deviationsPage(): string {
  const source = join(root, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const rows = files.toSorted().flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    return [...text.matchAll(deviation)].map(([, said = '']) => [
      said.replace(/\s*\n\s*(?:\/\/|\*) /g, ' ').replace(/ \*\/$/, ''),
      `\`src/${file}\``,
    ]);
  });
  return page(
    'Deviations',
    'Where Offshoot differs on purpose from Microsoft Graph or from OData. The reason stands beside the code, too.',
    table(['deviation', 'where'], rows),
  );
}

function page(title: string, lead: string, body: string): string {
  return `<!-- Made by \`npm run docs\` from the code. Do not edit. -->\n# ${title}\n\n${lead}\n\n${body}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
