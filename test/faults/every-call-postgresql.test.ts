// Faults of any one call of the driver, over PostgreSQL.

import { after } from 'node:test';
import { newDatabase, startPostgresql } from '../postgresql.js';
import { faultContract } from './every-call.js';
import { postgresqlGround } from './postgresql-ground.js';

// Nothing crashes here, and nothing waits for the disk.
const server = await startPostgresql('fsync=off');
const ground = postgresqlGround(await newDatabase(server.url));
after(async () => {
  await ground.close();
  await server.stop();
});
faultContract(ground);
