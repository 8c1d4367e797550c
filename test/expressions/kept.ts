// A store with random entities of every type, and the same entities in memory.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntityType } from '../../src/edm/index.js';
import { assignments, derivedCredentials, deviceConfigurations } from '../../src/model/index.js';
import type { Change, Stored } from '../../src/plan/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { insert, keepTenant, newTenantId, unit } from '../store/entities.js';
import { concreteTypes, diceOf, randomAssignment, randomEntity } from './arbitrary.js';
import type { Entities } from './evaluate.js';

export interface Kept {
  readonly store: Store;
  /** The database's file. */
  readonly path: string;
  readonly tenant: string;
  readonly all: readonly Stored[];
  readonly entities: Entities;
  close(): Promise<void>;
}

/** Settings, four profiles of each type, linked at random, and up to three assignments of each. */
export async function openKept(): Promise<Kept> {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
  const path = join(folder, 'expressions.db');
  const store = await openStore({ path, mode: 'development', create: true });
  const tenant = newTenantId();
  const dice = diceOf(20_260_131);
  const settings = randomEntity(dice, derivedCredentials.type, 'settings', null);
  const profiles: Stored[] = [];
  for (const type of concreteTypes(deviceConfigurations.type).toSorted((a, b) => rootsFirst(a) - rootsFirst(b))) {
    for (const index of [0, 1, 2, 3]) {
      profiles.push(randomEntity(dice, type, `${type.name}-${index}`, 'settings', profiles));
    }
  }
  const members = new Map(
    profiles.map(({ entity: { id } }) => {
      const count = dice([0, 0, 1, 2, 3]);
      return [id, Array.from({ length: count }, (_, index) => randomAssignment(dice, `${id}_${index}`, id))];
    }),
  );
  const all = [settings, ...profiles, ...[...members.values()].flat()];
  const assigned = profiles.map(({ entity: { id }, version }): Change => {
    const within = { set: deviceConfigurations, key: id };
    const own = members.get(id) ?? [];
    return { kind: 'replace', set: assignments, within, expectedVersion: version, expectedKeys: [], members: own };
  });
  const changes = [keepTenant(tenant), ...[settings, ...profiles].map(insert), ...assigned];
  assert.equal(await store.write(unit(tenant, ...changes)), 'done');
  return {
    store,
    path,
    tenant,
    all,
    entities: {
      find: (key) => all.find(({ entity }) => entity.id === key),
      within: (key) => members.get(key) ?? [],
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Trusted roots come before what refers to them. */
function rootsFirst({ name }: EntityType): number {
  return name.includes('TrustedRoot') ? 0 : 1;
}
