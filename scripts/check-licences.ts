// Proves that what is installed with Offshoot may be shipped: every licence is one of a short list, nothing has npm run a
// script at the install, and docs/dependencies.md tells each dependency with its licence.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedPackages } from './lock.js';

const root = join(import.meta.dirname, '../..');
/** 0BSD asks for less than BSD-2-Clause does. */
const allowed = new Set(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'ISC']);

const installed = installedPackages(root);
const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
const problems = installed.flatMap(({ name, license = 'none', hasInstallScript, direct }) => [
  ...(allowed.has(license) ? [] : [`${name} has the licence ${license}`]),
  ...(hasInstallScript ? [`${name} has a script that npm runs at the install`] : []),
  ...(direct && !page.includes(`| \`${name}\` | ${license} |`)
    ? [`docs/dependencies.md lacks ${name}, ${license}`]
    : []),
]);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${installed.length} packages are installed with it, ${problems.length} objections\n`);
if (problems.length > 0) process.exitCode = 1;
