// The commands of docs/admin.md, as they stand there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { development, environment, offshoot, program, serve, temporaryFolder } from './program.js';

const pagePath = join(import.meta.dirname, '../../../docs/admin.md');

test('the commands of docs/admin.md do what the page says', async (t) => {
  const [, commands = ''] = [...(await readFile(pagePath, 'utf8')).matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, text]) => text,
  );
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  const logging = ['--log-level', 'debug', '--log-requests', '--log-personal'];
  const { ready, stderr } = await serve(t, ...development(data), '--admin-port', '0', ...logging);
  const { adminUrl } = ready as typeof ready & { adminUrl: string };
  // Ten years from now the date on the page is past.
  const script = commands
    .replaceAll('npx offshoot', 'offshoot')
    .replaceAll('http://127.0.0.1:9090', adminUrl)
    .replaceAll(/2\d{3}-06-30/g, new Date(Date.now() + 86_400_000 * 30).toISOString().slice(0, 10));
  const before = `set -eu
offshoot() { "${process.execPath}" "${program}" "$@"; }
curl() { command curl --silent --show-error --fail-with-body --noproxy '*' "$@"; echo; }
`;
  const { stdout } = await promisify(execFile)('sh', ['-c', before + script], { cwd: folder, env: environment });
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(answers.length, 7);
  const [tenants, application, secret, user, disabled, tenant, limits] = answers;
  assert.equal(tenants.value[0].id, ready.tenantId);
  assert.equal(application.displayName, 'Pipeline');
  assert.match(secret.secretText, /^[\w-]{43}$/);
  assert.equal(user.hasPassword, true);
  assert.deepEqual([disabled.id, disabled.enabled], [application.id, false]);
  assert.equal(tenant.license, 'expired');
  assert.equal(limits.limits[0].most, 100);
  assert.equal((await offshoot('check', '--data', data)).code, 0);
  assert.match(stderr(), /"operation":"add secret"/);
  for (const text of [secret.secretText, 'correct horse', 'sha256', 'scrypt']) {
    assert.ok(!stderr().includes(text), 'no secret is logged, at whichever level');
  }
});
