// Asks the registry for known vulnerabilities, of development's packages too. A registry that does not answer is said so
// aloud, and ends with 0 unless --required is given, since it says nothing of the packages.
import { spawnSync } from 'node:child_process';

const { stdout, stderr } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
const report = reportOf(stdout);
if (report === undefined) {
  const [told = ''] = (stderr || stdout).split('\n');
  process.stderr.write(`
*****************************************************************
**  NOTHING WAS AUDITED: the registry gave no report.          **
*****************************************************************
${told}
Run \`npm run audit\` where the registry answers; a release asks for it.\n\n`);
  process.exitCode = process.argv.includes('--required') ? 1 : 0;
} else {
  for (const [name, { severity, range }] of Object.entries(report.vulnerabilities)) {
    process.stderr.write(`${name} ${range}: ${severity}\n`);
    process.exitCode = 1;
  }
  process.stdout.write(`${Object.keys(report.vulnerabilities).length} packages with known vulnerabilities\n`);
}

interface Report {
  readonly vulnerabilities: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

function reportOf(text: string): Report | undefined {
  try {
    const read = JSON.parse(text);
    return read.vulnerabilities === undefined ? undefined : read;
  } catch {
    return undefined;
  }
}
