// What can be killed: servers over one store, as processes of their own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { development, offshoot, program, type Ready, type Served, serve } from '../cli/program.js';

/** A running store with its servers. */
export interface Ground {
  /** Where to send requests now, any of them. */
  nodes(): readonly Ready[];
  /** By the victim's name: kills it, at once and without a warning. */
  readonly kills: Readonly<Record<string, () => Promise<void>>>;
  /** Starts what was killed; `interrupted` kills a first start after so many milliseconds. */
  recover(interrupted: number | undefined): Promise<void>;
  /** Verifies the store as it lies there. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

type Scope = Parameters<typeof serve>[0];

/** One server on a SQLite file in the folder. */
export async function openSqliteGround(t: Scope, folder: string): Promise<Ground> {
  let served: Served = await serve(t, ...development(folder));
  return {
    nodes: () => [served.ready],
    kills: {
      server: async () => {
        assert.deepEqual(await served.stop('SIGKILL'), { code: null, signal: 'SIGKILL' });
      },
    },
    async recover(interrupted) {
      if (interrupted !== undefined) await startAndKill(development(folder), interrupted);
      served = await serve(t, ...development(folder));
    },
    async verify() {
      const { code, stdout, stderr } = await offshoot('check', '--data', folder);
      assert.equal(code, 0, stdout + stderr);
    },
    async close() {
      assert.deepEqual(await served.stop(), { code: 0, signal: null });
    },
  };
}

/** Two servers over one PostgreSQL database, each with a folder of its own. */
export async function openPostgresqlGround(t: Scope, folder: string, database: string): Promise<Ground> {
  const options = ['a', 'b'].map((name) => [...development(join(folder, name)), '--database', database]);
  const served = await Promise.all(options.map((each) => serve(t, ...each)));
  const dead = new Set<number>();
  const kill = async (index: number): Promise<void> => {
    dead.add(index);
    assert.deepEqual(await served[index]?.stop('SIGKILL'), { code: null, signal: 'SIGKILL' });
  };
  return {
    nodes: () => served.map(({ ready }) => ready),
    kills: {
      first: () => kill(0),
      second: () => kill(1),
      both: async () => {
        await Promise.all([kill(0), kill(1)]);
      },
    },
    async recover(interrupted) {
      for (const index of dead) {
        const own = options[index] ?? [];
        if (interrupted !== undefined) await startAndKill(own, interrupted);
        served[index] = await serve(t, ...own);
      }
      dead.clear();
    },
    async verify() {
      const { code, stdout, stderr } = await offshoot('check', '--database', database);
      assert.equal(code, 0, stdout + stderr);
    },
    async close() {
      for (const { stop } of served) assert.deepEqual(await stop(), { code: 0, signal: null });
    },
  };
}

async function startAndKill(options: readonly string[], milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [program, 'serve', ...options], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await delay(milliseconds);
  child.kill('SIGKILL');
  await gone;
}
