// The contract of the store, over SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openStore } from '../../src/store/index.js';
import { storeContract } from './contract.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
storeContract('SQLite', (mode) => openStore({ path: join(folder, `${++count}.db`), mode, create: true }));
