// The curl lines and the programs in the pages, run as they stand against a server: only ports are put in their place.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { development, environment, offshoot, program, type Ready, serve, temporaryFolder } from '../cli/program.js';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What the programs of the page on sign-in take for granted. */
const known = 'const { TENANT_ID: tenantId, APP_ID: appId, SECRET: clientSecret } = process.env;\n';

/** The code of the page in blocks of this language, in order. */
function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
}

describe('the snippets of the pages', () => {
  const last: (() => unknown)[] = [];
  let folder: string;
  let ready: Ready;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    const t = { after: (end: () => unknown) => void last.push(end) };
    folder = await temporaryFolder(t as never);
    ({ ready } = await serve(t as never, ...development(join(folder, 'data'))));
    // What an install gives: the packages, this one among them, and its command.
    await mkdir(join(folder, 'node_modules/@microsoft'), { recursive: true });
    await symlink(root, join(folder, 'node_modules/offshoot'));
    await mkdir(join(folder, 'node_modules/@azure'));
    for (const name of [
      '@microsoft/kiota-abstractions',
      '@microsoft/microsoft-graph-client',
      '@microsoft/msgraph-beta-sdk',
      '@azure/identity',
      '@azure/msal-node',
    ]) {
      await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const npx = join(folder, 'npx');
    await writeFile(npx, `#!/bin/sh\nshift\nexec '${process.execPath}' '${program}' "$@"\n`);
    await chmod(npx, 0o755);
    const data = join(folder, 'data');
    const { stdout } = await offshoot('token', '--data', data);
    const role = 'DeviceManagementConfiguration.ReadWrite.All';
    const created = await offshoot('app', 'create', '--name', 'Snippets', '--role', role, '--json', '--data', data);
    const { appId, clientSecret } = JSON.parse(created.stdout);
    env = {
      ...environment,
      PATH: `${folder}:${process.env.PATH}`,
      TOKEN: stdout.trim(),
      APP_ID: appId,
      SECRET: clientSecret,
      TENANT_ID: ready.tenantId,
      NODE_EXTRA_CA_CERTS: ready.caFile,
    };
  });

  after(async () => {
    for (const end of last.reverse()) await end();
  });

  const place = (code: string): string =>
    code
      .replaceAll('localhost:8443', `localhost:${new URL(ready.url).port}`)
      .replaceAll('localhost:8080', `localhost:${new URL(ready.plainUrl).port}`);

  for (const [page, language] of [
    ['README.md', 'ts'],
    ['docs/clients/javascript.md', 'js'],
    ['docs/sign-in.md', 'ts'],
  ] as const) {
    blocksOf(page, language).forEach((code, index) => {
      test(`${page}: program ${index + 1} runs to its end`, async () => {
        const file = join(folder, `program-${index}.mjs`);
        await writeFile(file, `${page === 'docs/sign-in.md' ? known : ''}${place(code)}`);
        const outcome = await execute(process.execPath, [file], { cwd: folder, env }).catch((error) => error);
        assert.equal(outcome.code ?? 0, 0, outcome.stderr);
        assert.equal(outcome.stderr, '');
      });
    });
  }

  // The last of them resets the state.
  for (const page of ['docs/clients/curl.md', 'docs/sign-in.md', 'docs/simulation.md']) {
    test(`${page}: each curl line is answered as it says`, async () => {
      const blocks = blocksOf(page, 'sh').filter((block) => /^\s*(curl|ask) /m.test(block) || block.includes('ask()'));
      assert.ok(blocks.length > 0);
      // The server is there already.
      const lines = blocks.map((block) => block.replace(/^npx offshoot serve .*\n/gm, ''));
      // A refusal ends the script, also where a line of curl would pass it over.
      const script = place(['set -eu', ...lines].join('\n')).replace(/^curl /gm, 'curl --silent --fail-with-body ');
      const outcome = await execute('sh', ['-c', script], { cwd: folder, env }).catch((error) => error);
      assert.equal(outcome.code ?? 0, 0, `${outcome.stdout}\n${outcome.stderr}`);
    });
  }
});
