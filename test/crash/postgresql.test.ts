// kill -9 of servers over one PostgreSQL database.
import { test } from 'node:test';
import { temporaryFolder } from '../cli/program.js';
import { newDatabase, startPostgresql } from '../postgresql.js';
import { openPostgresqlGround } from './ground.js';
import { killAtRandom } from './kills.js';

test('kill -9 of one of two servers over PostgreSQL, or both, at random moments under load, loses nothing that was acknowledged', async (t) => {
  const postgresql = await startPostgresql();
  t.after(() => postgresql.stop());
  await killAtRandom(t, await openPostgresqlGround(t, await temporaryFolder(t), await newDatabase(postgresql.url)));
});
