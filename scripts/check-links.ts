// Proves that each link of the pages leads to a file, and to a heading where it names one, that each page is in the index, and
// that there are the metrics that pages name.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { metrics } from '../src/observation/index.js';

const root = join(import.meta.dirname, '../..');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...[...below('docs'), ...below('examples')].filter((file) => file.endsWith('.md')),
];
const index = readFileSync(join(root, 'docs/README.md'), 'utf8');

const problems = pages.flatMap((page) => [
  ...brokenLinks(page),
  ...unknownMetrics(page),
  ...(isIndexed(page) ? [] : [`docs/README.md lacks ${page}`]),
]);
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file));
}

function isIndexed(page: string): boolean {
  return !page.startsWith('docs/') || page === 'docs/README.md' || index.includes(`](${relative('docs', page)})`);
}

function brokenLinks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !leads(page, target)).map((target) => `${page}: ${target} leads nowhere`);
}

function unknownMetrics(page: string): string[] {
  const named = readFileSync(join(root, page), 'utf8').match(/\boffshoot_[a-z_]+\b/g) ?? [];
  return named.filter((name) => !(name in metrics)).map((name) => `${page}: there is no metric ${name}`);
}

function leads(page: string, target: string): boolean {
  if (/^https?:/.test(target)) return true;
  const [path = '', heading] = target.split('#');
  const file = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(file)) return false;
  return heading === undefined || !statSync(file).isFile() || headingsOf(file).includes(heading);
}

/** As they are in addresses: lower case, without punctuation, hyphens for spaces. */
function headingsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
