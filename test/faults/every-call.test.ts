// Faults of any one call of the driver, over SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { faultContract } from './every-call.js';
import { sqliteGround } from './ground.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-faults-'));
after(() => rmSync(folder, { recursive: true }));
faultContract(sqliteGround(folder));
