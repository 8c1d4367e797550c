// What every store promises when any call of its driver fails: all of a change or nothing, and its audit event with it.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { publicSealKeyOf, readSeal, sealKeyOf } from '../../src/audit/seal.js';
import { openSealer } from '../../src/audit/sealer.js';
import { newId, systemClock } from '../../src/base/index.js';
import { openDevelopment } from '../../src/development/index.js';
import { byProgram, changeTenant, createService } from '../../src/service/index.js';
import { beginning, chainedColumns, type Link, linkAfter } from '../../src/store/audit-chain.js';
import type { Scalar } from '../../src/store/queries.js';
import { type Caller, type Front, openFront } from './front.js';
import type { Ground, Tables } from './ground.js';
import { type FaultKind, Faults } from './injected-faults.js';
import { changes, reads } from './use-cases.js';

/** More calls than any use case makes: so many faults that never end are a fault of their own. */
const mostCalls = 500;

export function faultContract(ground: Ground): void {
  describe(`any one call to ${ground.name} that fails`, () => {
    const faults = new Faults();
    let folder: string;
    let front: Front;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'offshoot-faults-'));
      front = await openFront(await ground.open('front', faults), folder);
    });
    after(async () => {
      await front.close();
      rmSync(folder, { recursive: true });
    });

    /** Runs `round` with the first, the second … call failing, until there is no such call. Answers how many there were. */
    async function forEveryCall(
      kind: FaultKind,
      round: (arm: () => void, place: () => string) => Promise<void>,
      step = 1,
    ): Promise<number> {
      for (let number = 1; number < mostCalls; number += step) {
        let hit = true;
        const place = (): string => `call ${number}: ${faults.trace.at(-1)}`;
        try {
          await round(() => faults.arm(number, kind), place);
        } catch (error) {
          throw new Error(`with a fault of ${place()}`, { cause: error });
        } finally {
          hit = faults.disarm();
        }
        if (!hit) return number - 1;
      }
      throw new Error('it makes ever more calls');
    }

    for (const [fault, kind] of Object.entries(ground.faultKinds)) {
      describe(`and ${fault}`, () => {
        for (const [name, { prepare, events }] of Object.entries(changes)) {
          test(`while one wants to ${name}: all of it is done, or nothing`, async () => {
            /** What the tenant has in the end where the change was made; the last is that of a run without a fault. */
            const ends: string[] = [];
            const calls = await forEveryCall(kind, async (arm) => {
              const caller = await front.openTenant();
              const { method, path, body } = await prepare(caller);
              const earlier = await ground.rows('front', caller.tenantId);
              arm();
              const answer = await caller.send(method, path, body);
              faults.disarm();
              const later = await ground.rows('front', caller.tenantId);
              const added = checkAudit(earlier, later);
              const changed = !equal(stateOf(earlier), stateOf(later));
              const { statuses, ids } = outcomeOf(answer);
              if (statuses.every((status) => status < 400)) {
                assert.deepEqual(added.toSorted(), events > 0 ? ids.toSorted() : []);
                assert.equal(changed, events > 0, 'what was acknowledged is there');
              } else {
                assert.ok(
                  statuses.every((status) => [424, 500, 503].includes(status)),
                  answer.text,
                );
                assert.equal(changed, added.length > 0, 'the change is there where its event is');
                assert.deepEqual(added.toSorted(), changed ? ids.toSorted() : []);
              }
              if (changed) ends.push(normalized(later));
              await checkNext(caller);
            });
            assert.ok(calls > 0);
            // Of each state the rows that not all have: of one state, none.
            const states = [...new Set(ends)].map((end) => end.split('\n'));
            const unlike = states.map((rows) => rows.filter((row) => !states.every((other) => other.includes(row))));
            assert.deepEqual(unlike, events > 0 ? [[]] : [], 'there is one state after it');
          });
        }

        test('while one reads: the whole is answered, or that it cannot be', async () => {
          for (const [name, prepare] of Object.entries(reads)) {
            const caller = await front.openTenant();
            const { method, path } = await prepare(caller);
            const { text } = await caller.send(method, path);
            await forEveryCall(kind, async (arm) => {
              arm();
              const answer = await caller.send(method, path);
              faults.disarm();
              if (answer.status === 200) assert.equal(answer.text, text, name);
              else assert.ok([500, 503].includes(answer.status), answer.text);
            });
          }
        });

        test('while a tenant is changed: with its audit event, or not at all', async () => {
          await forEveryCall(kind, async (arm) => {
            const { tenantId, send } = await front.openTenant();
            const earlier = await ground.rows('front', tenantId);
            const tenant = { displayName: 'Tenant', license: 'expired' } as const;
            const by = byProgram('a test', newId);
            arm();
            const changing = changeTenant(front.store, tenantId, () => tenant, { clock: systemClock, by });
            const done = await changing.then(
              () => true,
              () => false,
            );
            faults.disarm();
            const later = await ground.rows('front', tenantId);
            const [license] = (later.tenants ?? []).map((row) => row.license);
            const added = checkAudit(earlier, later).length;
            if (done) assert.equal(added, 1);
            assert.equal(license, added === 1 ? 'expired' : 'active');
            assert.equal((await send('GET', '/organization')).status, 200);
          });
        });

        test('while the end of a chain is signed: its seal is kept, or the next one is', async () => {
          const { privateKey } = generateKeyPairSync('ed25519');
          const key = sealKeyOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
          const sealAll = async (): Promise<void> => {
            const every = { every: 1000, seconds: 86_400, clock: systemClock, onSealed: () => {}, onFailure: () => {} };
            await openSealer({ store: front.store, key, ...every }).close();
          };
          await sealAll();
          await forEveryCall(kind, async (arm) => {
            const { tenantId } = await front.openTenant();
            arm();
            await sealAll();
            faults.disarm();
            await sealAll();
            const { audit_heads: [head] = [], audit_seals: seals = [] } = await ground.rows('front', tenantId);
            const ends = seals.map(({ seal }) => readSeal(String(seal), [publicSealKeyOf(key.publicKey)]));
            assert.deepEqual(
              ends.map((end) => [end?.tenant, end?.position, end?.hash]),
              [[tenantId, head?.position, head?.hash]],
            );
          });
        });

        test('while a secret is kept: it is one for all, from the first answer on', async () => {
          await forEveryCall(kind, async (arm) => {
            const name = randomUUID();
            arm();
            const first = await front.store.keepSecret(name, 'first').catch(() => undefined);
            faults.disarm();
            const second = await front.store.keepSecret(name, 'second');
            if (first !== undefined) assert.equal(second, first);
            assert.equal(await front.store.findSecret(name), second);
          });
        });

        test('while a store is made and its first objects: the next start makes it whole', async () => {
          await start('whole');
          const schema = await ground.schema('whole');
          await forEveryCall(
            kind,
            async (arm, place) => {
              const name = randomUUID();
              arm();
              await start(name).catch(() => {});
              faults.disarm();
              const tenantId = await start(name);
              assert.equal(await ground.schema(name), schema, place());
              const rows = await ground.rows(name, tenantId);
              checkAudit({}, rows);
              const counts = ['tenants', 'derived_credential_settings', 'device_configurations', 'audit_events'];
              assert.deepEqual(
                counts.map((table) => rows[table]?.length),
                [1, 1, 4, 6],
              );
              for (const [table, kept] of Object.entries(rows)) {
                const [, of] = /^snapshot_\d+_(\w+)$/.exec(table) ?? [];
                if (of) assert.equal(kept.length, rows[of]?.length, `the state of a first start has ${table}`);
              }
            },
            ground.startStep,
          );
        });
      });
    }

    /** Opens the store with what development mode brings, and closes it. */
    async function start(name: string): Promise<string> {
      const store = await ground.open(name, faults);
      const service = createService({ store, clock: systemClock, newId });
      try {
        return (
          await openDevelopment({
            store,
            service,
            folder: join(folder, name),
            clock: systemClock,
            newId,
            observe: () => {},
          })
        ).tenantId;
      } finally {
        await service.settled();
        await store.close();
      }
    }
  });
}

/** The storage is well again: the next change and the next read work, and what is read by key is what is listed. */
async function checkNext({ must }: Caller): Promise<void> {
  const { id } = await must('POST', '/deviceManagement/deviceConfigurations', {
    '@odata.type': '#microsoft.graph.iosDerivedCredentialAuthenticationConfiguration',
    displayName: 'Next',
  });
  const { value } = await must('GET', '/deviceManagement/deviceConfigurations');
  for (const listed of value) {
    const { '@odata.context': _, ...read } = await must('GET', `/deviceManagement/deviceConfigurations/${listed.id}`);
    assert.deepEqual(read, listed);
  }
  assert.ok(value.some((listed: { id: string }) => listed.id === id));
}

/** The statuses of the answers, and the ids of the requests: those of its parts where it was a batch. */
function outcomeOf({ status, headers, json }: Awaited<ReturnType<Caller['send']>>): {
  statuses: number[];
  ids: string[];
} {
  const parts: { status: number; headers: Record<string, string> }[] | undefined = json?.responses;
  if (!parts) return { statuses: [status], ids: [String(headers['request-id'])] };
  return {
    statuses: parts.map((part) => part.status),
    ids: parts.map((part) => String(part.headers['request-id'])),
  };
}

/** The tenant's audit events are one chain without a gap, its end is the head. Answers the ids of those that were added. */
function checkAudit(earlier: Tables, later: Tables): string[] {
  const events = later.audit_events ?? [];
  let link: Link = beginning;
  for (const event of events) {
    const [, ...columns] = chainedColumns;
    link = linkAfter(
      link,
      columns.map((column) => event[column] as Scalar),
    );
    assert.deepEqual([event.position, event.hash], [link.position, link.hash]);
  }
  const [head] = later.audit_heads ?? [];
  assert.deepEqual([head?.position, head?.hash], [link.position, link.hash]);
  const known = new Set((earlier.audit_events ?? []).map(({ id }) => id));
  return events.map(({ id }) => String(id)).filter((id) => !known.has(id));
}

/** All but the audit. */
function stateOf({ audit_events: _, audit_heads: __, audit_seals: ___, ...state }: Tables): Tables {
  return state;
}

function equal(one: Tables, other: Tables): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** A state as a text in which times, hashes and tags are blank and ids are numbered, so that states of different tenants compare. */
function normalized(tables: Tables): string {
  const blank = (text: string): string =>
    text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time').replace(/\b[0-9a-f]{64}\b/g, 'hash');
  const lines = Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row) => blank(`${table} ${JSON.stringify(row)}`)),
  );
  lines.sort((a, b) => (a.replace(uuid, '') < b.replace(uuid, '') ? -1 : 1));
  const numbers = new Map<string, string>();
  return lines.join('\n').replace(uuid, (id) => {
    const number = numbers.get(id) ?? `id${numbers.size}`;
    numbers.set(id, number);
    return number;
  });
}
