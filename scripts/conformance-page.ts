// docs/conformance.md: what the specifications and Graph's documentation ask, the answer, and the test that shows it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as graph from '../test/conformance/graph.js';
import * as odata40 from '../test/conformance/odata-4.0.js';
import * as odata401 from '../test/conformance/odata-4.01.js';
import { jsonFormat } from '../test/conformance/odata-json.js';
import type { Section } from '../test/conformance/requirement.js';
import { page, table } from './page.js';

const sections: readonly Section[] = [
  odata40.minimal,
  odata40.intermediate,
  odata40.advanced,
  odata401.minimal,
  odata401.intermediate,
  odata401.advanced,
  jsonFormat,
  graph.update,
  graph.settings,
  graph.profiles,
  graph.tools,
  graph.audit,
  graph.protocol,
  graph.metadata,
];

/** The page; `root` is the folder of the package. Fails where a row names a test that is not there. */
export function conformancePage(root: string): string {
  const rows = sections.flatMap((section) => section.rows);
  const met = rows.filter(([, , deviation]) => deviation === undefined).length;
  return page(
    'Conformance',
    `What OData 4.01 asks of a service, item by item (Protocol, section 13; JSON Format, section 23; a level's first items,
which name the levels below it, are left out), and what is documented of Graph's part that this product serves. Of
${rows.length} rows ${met} are met; each of the others says why it is not, and what happens is tested like the rest. Every row names
the test that shows it, and no test is skipped in CI.`,
    sections.map((section) => sectionOf(section, root)).join('\n'),
  );
}

function sectionOf({ title, rows }: Section, root: string): string {
  const lines = rows.map(([says, test, deviation]) => [
    says,
    deviation === undefined ? 'met' : `**differs:** ${deviation}`,
    linkTo(test, root),
  ]);
  return `## ${title}\n\n${table(['what is asked', 'answer', 'test'], lines)}`;
}

function linkTo(test: string, root: string): string {
  const [file = '', ...rest] = test.split(': ');
  const name = rest.join(': ');
  const path = `test/${file}.test.ts`;
  if (!namesIn(join(root, path)).has(name)) {
    throw new Error(`${path} has no test '${name}', which a row of docs/conformance.md names`);
  }
  return `[${file}](../${path}): ${name}`;
}

const known = new Map<string, ReadonlySet<string>>();

/** The names of the tests in a file, with … for what is filled in. */
function namesIn(path: string): ReadonlySet<string> {
  const found = known.get(path) ?? new Set(readNames(readFileSync(path, 'utf8')));
  known.set(path, found);
  return found;
}

function readNames(source: string): string[] {
  const calls = source.matchAll(/^\s*(?:test|it)\(\s*(?:'([^'\n]*)'|"([^"\n]*)"|`([^`\n]*)`|(.*)), (?:async )?\(/gm);
  return [...calls].map(([, ...forms]) =>
    (forms.find((form) => form !== undefined) ?? '').replace(/\$\{[^}]*\}/g, '…'),
  );
}
