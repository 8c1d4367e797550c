// How the writes of a tenant take turns, over a store whose answers the test decides.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GraphError } from '../../src/base/index.js';
import { derivedCredentials } from '../../src/model/index.js';
import type { ChainEnd, Page, Stored, Unit, UnitOutcome } from '../../src/plan/index.js';
import { type Decide, Desk } from '../../src/service/desk.js';
import type { EntityReader, UnitWriter } from '../../src/store/index.js';

const tenantId = '11111111-1111-4111-8111-111111111111';

/** Keeps one object in memory and answers a write when the test says so. */
class Store implements EntityReader, UnitWriter {
  committed: Stored = {
    type: derivedCredentials.type,
    entity: { id: 'x', displayName: '' },
    version: 1,
    links: {},
  };
  readonly writes: { unit: Unit; answer: (outcome: UnitOutcome | Error) => void }[] = [];

  async find(): Promise<Stored> {
    return this.committed;
  }
  async list(): Promise<Page> {
    return { rows: [{ stored: this.committed, expanded: {} }], count: undefined, next: undefined };
  }
  async findRelated(): Promise<undefined> {
    return undefined;
  }
  async referrers(): Promise<readonly []> {
    return [];
  }
  write(unit: Unit): Promise<UnitOutcome> {
    return new Promise((resolve, reject) => {
      this.writes.push({
        unit,
        answer: (outcome) => {
          const [change] = unit.changes;
          if (outcome === 'done' && change?.kind === 'update') this.committed = change.stored;
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      });
    });
  }
  async answer(...outcomes: (UnitOutcome | Error)[]): Promise<void> {
    for (const outcome of outcomes) this.writes.shift()?.answer(outcome);
    await turn();
  }
}

/** A store that other servers write to. */
class SharedStore extends Store {
  /** How many events the tenant's chain has. */
  ends = 1;
  /** Whether the end was to be that of now, each time that it was asked for. */
  readonly asked: boolean[] = [];

  async chainEnd(_: string, { now }: { now: boolean }): Promise<ChainEnd> {
    this.asked.push(now);
    return { position: this.ends, hash: `end ${this.ends}` };
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Appends a letter to the object's name; answers the name. */
const append =
  (letter: string): Decide<string> =>
  async (view) => {
    const before = (await view.find(tenantId, derivedCredentials, 'x')) as Stored;
    const displayName = `${before.entity.displayName}${letter}`;
    const stored = { ...before, entity: { ...before.entity, displayName }, version: before.version + 1 };
    const change = { kind: 'update', set: derivedCredentials, stored, expectedVersion: before.version } as const;
    return { result: displayName, unit: { tenantId, changes: [change], audit: { id: letter } } };
  };

const read: Decide<string> = async (view) => {
  const stored = (await view.find(tenantId, derivedCredentials, 'x')) as Stored;
  return { result: `read ${stored.entity.displayName}` };
};

const refuse: Decide<string> = async (view) => {
  const stored = (await view.find(tenantId, derivedCredentials, 'x')) as Stored;
  throw new GraphError('entityNotFound', { values: { id: String(stored.entity.displayName) } });
};

const byKey = { byKeyAlone: true };
const alone = { byKeyAlone: false };

describe('the desk', () => {
  it('decides on what is on its way to the disk, and answers after the commit', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const answered: string[] = [];
    for (const letter of 'abc') void desk.submit(tenantId, append(letter), byKey).then((name) => answered.push(name));
    await turn();
    assert.equal(store.writes.length, 3);
    assert.deepEqual(answered, []);
    await store.answer('done', 'done');
    assert.deepEqual(answered, ['a', 'ab']);
    await store.answer('done');
    assert.deepEqual(answered, ['a', 'ab', 'abc']);
  });

  it('decides anew, in their order, what rested on a write that did not happen', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const results = Promise.all(['a', 'b', 'c'].map((letter) => desk.submit(tenantId, append(letter), byKey)));
    await turn();
    // Another node was first.
    store.committed = { ...store.committed, entity: { id: 'x', displayName: '-' }, version: 7 };
    await store.answer('conflict', 'conflict', 'conflict');
    assert.deepEqual(
      store.writes.map(({ unit }) => unit.audit.id),
      ['a', 'b', 'c'],
    );
    await store.answer('done', 'done', 'done');
    assert.deepEqual(await results, ['-a', '-ab', '-abc']);
  });

  it('keeps back an answer, and a refusal, that rests on a write that is not committed', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const failed = assert.rejects(desk.submit(tenantId, append('a'), byKey), /disk full/);
    const seen = desk.submit(tenantId, read, byKey);
    const refused = desk.submit(tenantId, refuse, byKey).catch((error: Error) => error.message);
    await turn();
    await store.answer(new Error('disk full'));
    await failed;
    assert.equal(await seen, 'read ');
    assert.match(await refused, /''/);
  });

  it('gives a fault to the one write that met it', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const failed = assert.rejects(desk.submit(tenantId, append('a'), byKey), /disk full/);
    const second = desk.submit(tenantId, append('b'), byKey);
    await turn();
    await store.answer(new Error('disk full'), 'conflict');
    await failed;
    await store.answer('done');
    assert.equal(await second, 'b');
  });

  it('lets a decision that looks further than keys wait, and everything behind it', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const results = Promise.all([
      desk.submit(tenantId, append('a'), byKey),
      desk.submit(tenantId, append('b'), alone),
      desk.submit(tenantId, append('c'), byKey),
    ]);
    for (const expected of ['a', 'b', 'c']) {
      await turn();
      assert.deepEqual(
        store.writes.map(({ unit }) => unit.audit.id),
        [expected],
      );
      await store.answer('done');
    }
    assert.deepEqual(await results, ['a', 'ab', 'abc']);
  });

  it('gives up when others are first again and again, and says when to try again', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const hopeless = desk.submit(tenantId, append('a'), byKey);
    const refused = assert.rejects(hopeless, { refusal: 'tooManyRetries', status: 503 });
    let attempts = 0;
    const others = setInterval(() => {
      attempts += store.writes.length;
      void store.answer('conflict');
    }, 1);
    await refused;
    clearInterval(others);
    assert.ok(attempts > 8, `${attempts}`);
    assert.equal(store.writes.length, 0);
  });

  it('has a unit stand on the end of the chain before its reads, or on the unit before it', async () => {
    const store = new SharedStore();
    const desk = new Desk(store);
    const results = Promise.all(['a', 'b'].map((letter) => desk.submit(tenantId, append(letter), byKey)));
    await turn();
    assert.deepEqual(
      store.writes.map(({ unit }) => unit.after),
      [{ position: 1, hash: 'end 1' }, 'unitBefore'],
    );
    // Another server was first.
    store.ends = 2;
    await store.answer('conflict', 'conflict');
    assert.deepEqual(
      store.writes.map(({ unit }) => unit.after),
      [{ position: 2, hash: 'end 2' }, 'unitBefore'],
    );
    assert.deepEqual(store.asked, [false, true]);
    await store.answer('done', 'done');
    assert.deepEqual(await results, ['a', 'ab']);
  });

  it('answers what writes nothing and was read at several moments only if nothing changed in between', async () => {
    const store = new SharedStore();
    const desk = new Desk(store);
    let decided = 0;
    const readTwice: Decide<string> = async (view) => {
      decided++;
      await view.find(tenantId, derivedCredentials, 'x');
      // Another server writes.
      if (decided === 1) store.ends++;
      const stored = await view.find(tenantId, derivedCredentials, 'x');
      return { result: `${stored?.version}` };
    };
    assert.equal(await desk.submit(tenantId, readTwice, alone), '1');
    assert.equal(decided, 2);
    await assert.rejects(
      desk.submit(
        tenantId,
        async (view) => {
          await readTwice(view);
          return refuse(view);
        },
        alone,
      ),
      GraphError,
    );
    assert.equal(decided, 3);
  });

  it('does not let tenants wait for each other', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const stuck = desk.submit(tenantId, append('a'), alone);
    const other = desk.submit('another', append('b'), alone);
    await turn();
    assert.equal(store.writes.length, 2);
    await store.answer('done', 'done');
    await Promise.all([stuck, other]);
  });

  it('is settled when every write has been answered', async () => {
    const store = new Store();
    const desk = new Desk(store);
    await desk.settled();
    let settled = false;
    const written = desk.submit(tenantId, append('a'), byKey);
    void desk.settled().then(() => {
      settled = true;
    });
    await turn();
    assert.equal(settled, false);
    await store.answer('done');
    await written;
    await turn();
    assert.equal(settled, true);
    // A line that was emptied serves again.
    const again = desk.submit(tenantId, append('b'), byKey);
    await turn();
    await store.answer('done');
    assert.equal(await again, 'ab');
  });

  it('are not decided while work is done alone, which waits for those on their way; they see what it leaves', async () => {
    const store = new Store();
    const desk = new Desk(store);
    const before = desk.submit(tenantId, append('a'), { byKeyAlone: true });
    await turn();
    const done: string[] = [];
    const alone = desk.alone(async () => {
      done.push('alone');
      store.committed = { ...store.committed, entity: { id: 'x', displayName: 'restored ' } };
      await turn();
    });
    const after = desk.submit(tenantId, append('b'), { byKeyAlone: true });
    await turn();
    assert.deepEqual([done, store.writes.length], [[], 1]);
    await store.answer('done');
    await alone;
    await turn();
    await store.answer('done');
    assert.deepEqual(await Promise.all([before, after]), ['a', 'restored b']);
  });
});
