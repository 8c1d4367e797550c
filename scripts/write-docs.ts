// Writes the pages of docs/ that are made from tables in the code, or checks (--check) that they are up to date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusals } from '../src/base/index.js';
import {
  claimNames,
  issuerProperties,
  type SettingRow,
  settingRows,
  settingsFile,
  settingsSchema,
  variableOf,
} from '../src/config/index.js';
import { adminRoutes } from '../src/http/index.js';
import { entraClaims } from '../src/identity/index.js';
import { limitsSchema } from '../src/limits/index.js';
import { type EventName, events, metrics } from '../src/observation/index.js';
import { signInErrors } from '../src/sign-in/index.js';
import { conformancePage } from './conformance-page.js';
import { page, table } from './page.js';
import { threatsPage } from './threats-page.js';

const root = join(import.meta.dirname, '../..');

/** A comment that begins with `DEVIATION:`, to the end of its sentence or comment block. */
const deviation = /(?:\/\/|\*) DEVIATION: (.+(?:\n\s*(?:\/\/|\*)(?!\/) .+)*)/g;

const pages: Readonly<Record<string, () => string>> = {
  'docs/settings.md': settingsPage,
  'offshoot.config.schema.json': () => jsonText(settingsSchema()),
  'offshoot.limits.schema.json': () => jsonText(limitsSchema()),
  'docs/errors.md': errorsPage,
  'docs/deviations.md': deviationsPage,
  'docs/conformance.md': () => conformancePage(root),
  'docs/threats.md': () => threatsPage(root),
  'docs/issuers.md': () =>
    withTables('docs/issuers.md', { issuerProperties: issuerPropertiesTable, claimNames: claimNamesTable }),
  'docs/sign-in.md': () => withTables('docs/sign-in.md', { signInErrors: signInErrorsTable }),
  'docs/admin.md': () => withTables('docs/admin.md', { adminRoutes: adminRoutesTable }),
  'docs/operate.md': () => withTables('docs/operate.md', { events: eventsTable, metrics: metricsTable }),
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
  const rows = settingRows.map(([name, row]) => {
    const flag = row.placeholder ? `--${row.flag} <${row.placeholder}>` : `--${row.flag}`;
    const limits = row.range ? `; from ${row.range.join(' to ')}` : row.choices ? `: ${row.choices.join(', ')}` : '';
    return [
      `\`${flag}\``,
      `\`${name}\``,
      `\`${variableOf(row.flag)}\``,
      defaultText(row),
      row.mode ?? 'both',
      `${row.description}${limits}`,
    ];
  });
  return page(
    'Settings',
    `Each setting can be said in four places: an option of \`offshoot serve\` goes before an environment variable, that before
the file, that before the default. A list that is given in one place replaces the whole list of those after it.

- **Options**: \`--no-…\` turns off what the environment or the file turns on; lists repeat their option.
- **Environment**: \`true\` and \`false\` (or 1 and 0), lists with commas; a variable that is set to nothing is not set
  (in the other places an empty text is refused), and one that begins with \`OFFSHOOT_\` and is none of these is refused. (Kubernetes makes such variables for a service named
  \`offshoot\`: set \`enableServiceLinks: false\`.)
- **File**: JSON, \`${settingsFile}\` in the working folder, or what \`--config\` or \`OFFSHOOT_CONFIG\` names. Its keys are
  those of \`createServer()\`. \`"$schema": "./node_modules/offshoot/offshoot.config.schema.json"\` lets an editor help.

Paths are below the working folder, wherever they are said. \`offshoot config check\` takes the same options as \`serve\`, names
every wrong key and value with its place, and ends with 0 or 1. The other commands take their data folder from the same places.`,
    table(['option', 'key', 'environment variable', 'default', 'mode', 'meaning'], rows),
  );
}

function defaultText({ default: value }: SettingRow): string {
  if (value === undefined) return '';
  return typeof value === 'object'
    ? `\`${value.production}\`; \`${value.development}\` with \`--dev\``
    : `\`${value}\``;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function adminRoutesTable(): string {
  const rows = adminRoutes.map(({ method, path, operation }) => [`\`${method} /admin/${path}\``, operation]);
  return table(['request', 'what it does'], rows);
}

/** The page as it is, the tables in it made anew: each stands between `<!-- table: name -->` and `<!-- end -->`. */
function withTables(file: string, tables: Readonly<Record<string, () => string>>): string {
  const text = readFileSync(join(root, file), 'utf8');
  return text.replace(/(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_all, begin, name, end) => {
    const make = tables[name];
    if (!make) throw new Error(`${file} asks for a table '${name}', of which nobody knows`);
    return `${begin}${make()}${end}`;
  });
}

function issuerPropertiesTable(): string {
  const rows = Object.entries(issuerProperties).map(([name, { description }]) => [`\`${name}\``, description]);
  return table(['property', 'meaning'], rows);
}

function claimNamesTable(): string {
  const rows = Object.entries(claimNames).map(([name, told]) => {
    const unless = entraClaims[name as keyof typeof claimNames].map((claim) => `\`${claim}\``);
    return [`\`${name}\``, told, unless.join(', ')];
  });
  return table(['claim', 'what it tells', 'unless given'], rows);
}

function eventsTable(): string {
  const rows = (Object.keys(events) as EventName[]).map((name) => {
    const { level, message, meaning, fields } = events[name];
    const told = Object.entries(fields)
      .filter(([, field]) => !('unlogged' in field))
      .map(([field, { meaning: of, ...row }]) => `\`${field}\`: ${of}${'personal' in row ? ' (personal)' : ''}`);
    return [`\`${name}\``, level, message, meaning, told.join('; ')];
  });
  return table(['event', 'level', 'msg', 'meaning', 'fields'], rows);
}

function metricsTable(): string {
  const rows = Object.entries(metrics).map(([name, { type, labels, help }]) => {
    return [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help];
  });
  return table(['metric', 'type', 'labels', 'what it counts or measures'], rows);
}

function signInErrorsTable(): string {
  const rows = Object.entries(signInErrors)
    .map(([name, { code, error, status, message }]) => [
      `AADSTS${code}`,
      `\`${error}\``,
      String(status),
      message,
      `\`${name}\``,
    ])
    .toSorted(([a = ''], [b = '']) => Number(a.slice(6)) - Number(b.slice(6)));
  return table(['number', '`error`', 'status', 'text', 'name'], rows);
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
