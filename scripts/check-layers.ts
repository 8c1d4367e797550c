// Proves that imports run down only, and that rooms use each other's doors.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const source = join(import.meta.dirname, '../../src');

/** For each room, the rooms below it. `.` are the files at the top of src, which put the rooms together, and the library's door. */
const below: Readonly<Record<string, readonly string[]>> = {
  base: [],
  observation: ['base'],
  limits: ['base'],
  simulation: ['base'],
  edm: ['base'],
  config: ['base'],
  identity: ['base'],
  model: ['edm', 'base'],
  plan: ['edm', 'base'],
  domain: ['model', 'plan', 'edm', 'base'],
  odata: ['model', 'plan', 'edm', 'base'],
  store: ['model', 'plan', 'edm', 'observation', 'base'],
  'audit-export': ['store', 'observation', 'base'],
  service: ['domain', 'odata', 'store', 'model', 'plan', 'identity', 'edm', 'base'],
  directory: ['service', 'domain', 'store', 'plan', 'identity', 'base'],
  audit: ['domain', 'store', 'plan', 'base'],
  development: ['audit', 'simulation', 'service', 'observation', 'store', 'model', 'plan', 'identity', 'edm', 'base'],
  'sign-in': ['directory', 'service', 'store', 'plan', 'identity', 'observation', 'base'],
  documents: ['service', 'odata', 'model', 'plan', 'edm', 'base'],
  http: [
    'documents',
    'directory',
    'service',
    'odata',
    'model',
    'plan',
    'identity',
    'edm',
    'limits',
    'simulation',
    'observation',
    'base',
  ],
  '.': [
    'audit',
    'audit-export',
    'http',
    'sign-in',
    'development',
    'directory',
    'service',
    'store',
    'identity',
    'config',
    'limits',
    'simulation',
    'observation',
    'base',
  ],
  cli: [
    'audit',
    '.',
    'sign-in',
    'limits',
    'simulation',
    'development',
    'directory',
    'service',
    'store',
    'plan',
    'config',
    'base',
  ],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const problems = files.flatMap((file) => importsOf(file).flatMap((target) => judge(file, target)));
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${files.length} files, ${problems.length} imports against the layers\n`);
if (problems.length > 0) process.exitCode = 1;

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((specifier) => relative(source, join(source, dirname(file), specifier)));
}

function judge(file: string, target: string): string[] {
  const room = roomOf(file);
  const other = roomOf(target);
  const allowed = below[room];
  if (allowed === undefined) return [`src/${file}: the room '${room}' has no place in the layers`];
  if (room === other) {
    return room !== '.' && /^[^/]+\/index\.js$/.test(target) ? [`src/${file} uses its own room's door`] : [];
  }
  if (!allowed.includes(other)) return [`src/${file} imports ${other}, which is not below ${room}`];
  return other !== '.' && !/^[^/]+\/index\.js$/.test(target)
    ? [`src/${file} goes past the door of ${other}: ${target}`]
    : [];
}

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '.') : '.';
}
