// Earlier states of a store, for a while: read transactions that were begun then and are still open.
import type { EntityReader, Past, QueryReader } from './store.js';

/** One committed state. */
export interface Moment {
  readonly reader: EntityReader & QueryReader;
  close(): Promise<void>;
}

interface Kept extends Moment {
  readonly since: number;
  /** Reads that are under way. */
  users: number;
  /** Nobody new reads it. */
  left: boolean;
}

/** States that are kept at once, but for those that are still read. */
const mostMoments = 10;
const leastInterval = 20;

/** `openMoment` answers the state that is committed when it is called. `now` never goes back. */
export function openPast(
  present: EntityReader & QueryReader,
  openMoment: () => Promise<Moment>,
  now: () => number = () => performance.now(),
): Past {
  let moments: Kept[] = [];
  let longest = 0;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const leave = async (moment: Kept): Promise<void> => {
    moment.left = true;
    if (moment.users === 0) await moment.close();
  };
  const record = async (): Promise<void> => {
    if (longest === 0) return;
    const moment = await openMoment();
    moments.push({ ...moment, since: now(), users: 0, left: false });
    // The first that is old enough answers for those before it.
    const before = moments.filter(({ since }) => since <= now() - longest).slice(0, -1);
    moments = moments.filter((each) => !before.includes(each));
    await Promise.all(before.map(leave));
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    // What fails now (the storage does) is tried again soon, by the timer.
    working = working.then(work).catch(() => {});
    return working;
  };
  let recording = false;
  /** A state that was to be kept while the one before was slow is left out: made up for, they would be too many at once. */
  const recordInTime = (): void => {
    if (recording) return;
    recording = true;
    void inTurn(record).then(() => {
      recording = false;
    });
  };
  const keep = async (milliseconds: number): Promise<void> => {
    if (milliseconds === longest) return working;
    longest = milliseconds;
    clearInterval(timer);
    if (longest === 0) {
      return inTurn(async () => {
        const all = moments;
        moments = [];
        await Promise.all(all.map(leave));
      });
    }
    timer = setInterval(recordInTime, Math.max(leastInterval, longest / mostMoments)).unref();
    return inTurn(record);
  };
  const read = async <T>(ago: number, work: (reader: EntityReader & QueryReader) => Promise<T>): Promise<T> => {
    const moment = moments.findLast(({ since }) => since <= now() - ago) ?? moments[0];
    if (!moment) return work(present);
    moment.users++;
    try {
      return await work(moment.reader);
    } finally {
      moment.users--;
      if (moment.left && moment.users === 0) await moment.close();
    }
  };

  return {
    keep,
    readerOf: (ago) => ({
      find: (...query) => read(ago, (reader) => reader.find(...query)),
      list: (...query) => read(ago, (reader) => reader.list(...query)),
      findRelated: (...query) => read(ago, (reader) => reader.findRelated(...query)),
      referrers: (...query) => read(ago, (reader) => reader.referrers(...query)),
      read: (...query) => read(ago, (reader) => reader.read(...query)),
      readRelated: (...query) => read(ago, (reader) => reader.readRelated(...query)),
      listKeys: (...query) => read(ago, (reader) => reader.listKeys(...query)),
      count: (...query) => read(ago, (reader) => reader.count(...query)),
    }),
    close: () => keep(0),
  };
}
