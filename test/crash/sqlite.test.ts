// kill -9 of a server on a SQLite file.
import { test } from 'node:test';
import { temporaryFolder } from '../cli/program.js';
import { openSqliteGround } from './ground.js';
import { killAtRandom } from './kills.js';

test('kill -9 of a server on a file, at random moments under load, loses nothing that was acknowledged', async (t) => {
  await killAtRandom(t, await openSqliteGround(t, await temporaryFolder(t)));
});
