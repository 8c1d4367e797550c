// The contract of the store, over SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openStore, type Store, type StoreMode } from '../../src/store/index.js';
import { storeContract } from './contract.js';
import { directoryContract } from './directory.js';
import { signInRecordsContract } from './sign-in-records.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
const open = (mode: StoreMode): Promise<Store> =>
  openStore({ path: join(folder, `${++count}.db`), mode, create: true });
storeContract('SQLite', open);
directoryContract('SQLite', open);
signInRecordsContract('SQLite', open);
