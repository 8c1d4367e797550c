// docs/threats.md: what is protected, from whom and where, and each threat with its answer and the tests that attack.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Threat, type ThreatSection, threatSections } from '../test/attacks/threats.js';
import { page, table } from './page.js';

/** The page; `root` is the folder of the package. Fails where a row names a file that is not there. */
export function threatsPage(root: string): string {
  const sections = threatSections.map((section) => sectionOf(section, root));
  return page('Threats', lead, [picture, ...sections, ...furtherAttacks(root)].join('\n'));
}

/** Attacks that no row names yet, by what their tests say of themselves. */
function furtherAttacks(root: string): string[] {
  const named = new Set(threatSections.flatMap(({ threats }) => threats.flatMap(({ tests }) => tests)));
  const rows = readdirSync(join(root, 'test/attacks'))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `attacks/${file.replace('.test.ts', '')}`)
    .filter((test) => !named.has(test))
    .map((test) => {
      const [first = ''] = readFileSync(join(root, `test/${test}.test.ts`), 'utf8').split('\n', 1);
      return [first.replace(/^\/\/ /, ''), linkTo(`test/${test}.test.ts`, test, root)];
    });
  return rows.length === 0 ? [] : [`## Further attacks\n\n${table(['attack', 'test'], rows)}`];
}

const lead = `What an attacker would want, who that may be, where they stand, and for each threat what is done about it, where in the
code, and the tests that try it. A row whose file or test is not there does not pass \`npm run docs:check\`. How to report what is missing: [Security](../SECURITY.md).`;

const picture = `## What is protected

- **Settings and profiles**: a wrong issuer or help page reaches every phone of a tenant; one changed method locks people out.
- **The audit**: who changed what, and the proof that nobody changed that.
- **Each tenant’s privacy**: that it is there, what it has, how much.
- **Keys and secrets**: signing keys, passwords, client secrets, pre-shared keys in profiles, tokens on their way.
- **The service itself**: that it answers.

## From whom

| who | has | must not |
| --- | --- | --- |
| anybody on the network | no token | learn or change anything, or keep others from being served |
| a caller of a tenant | a token with some permissions | do more than these, see or slow another tenant |
| an administrator of a tenant | all permissions there | reach another tenant, or the audit of what they did |
| an issuer | keys that sign tokens | speak for tenants that are not its own |
| a proxy in front | every request | be believed, unless it is named |
| who reads logs and exports | their lines | find a token or a secret in them |
| who has the database | everything in it | change the audit without being found out |

## Where they meet

\`\`\`
 phones' administrators, scripts, SDKs            operators
        │ https, bearer tokens                       │ command line, files, signals
 ═══════╪═════════ boundary: network ════════════════╪═══════════════════════════
        ▼                                            ▼
   http: heads, bodies, limits ──▶ identity ──▶ odata ──▶ service ──▶ store ─────▶ SQLite file │ PostgreSQL
        │                             │                                │             ═ boundary: database ═
        │ metrics, health             │ key sets, https, no redirects  │ audit, chained
 ═══════╪═════════════════════════════╪════════════════════════════════╪══════════
        ▼                             ▼                                ▼
   admin listener                 issuers                      seals, export: files, syslog
\`\`\`
`;

function sectionOf({ title, threats }: ThreatSection, root: string): string {
  return `## ${title}\n\n${table(
    ['threat', 'answer', 'where', 'tests'],
    threats.map((threat) => rowOf(threat, root)),
  )}`;
}

function rowOf({ threat, answer, where, tests, open }: Threat, root: string): string[] {
  return [
    threat,
    open === undefined ? answer : `${answer}. **Open:** ${open}`,
    where.map((file) => linkTo(`src/${file}`, file, root)).join(', '),
    tests.map((test) => linkTo(`test/${test}.test.ts`, test, root)).join(', '),
  ];
}

function linkTo(file: string, text: string, root: string): string {
  if (!existsSync(join(root, file))) throw new Error(`${file}, which a row of docs/threats.md names, is not there`);
  return `[${text}](../${file})`;
}
