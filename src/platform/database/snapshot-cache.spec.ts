import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SnapshotCache } from './snapshot-cache.js';

interface Fact {
  readonly state: number;
}

/** A database with one fact, whose snapshot changes with it. */
class PretendedDatabase {
  state = 0;
  /** What comes in front of each snapshot; null: nobody can tell. */
  server: string | null = 'a';
  readonly reads = jest.fn((): Promise<Fact> => Promise.resolve({ state: this.state }));
  readonly questions = jest.fn((): Promise<string | null> => {
    return Promise.resolve(this.server === null ? null : `${this.server}:${this.state}`);
  });

  write(): void {
    this.state += 1;
  }
}

const BYTES = 100;

function cacheOf(database: PretendedDatabase, maxBytes = 10 * BYTES): SnapshotCache<Fact> {
  return new SnapshotCache(database.questions, maxBytes, () => BYTES);
}

async function inUse(maxBytes?: number) {
  const database = new PretendedDatabase();
  const cache = cacheOf(database, maxBytes);
  const read = (key = 'fact'): Promise<Fact | null> => cache.read(key, database.reads);
  const pass = (ms: number): void => {
    jest.advanceTimersByTime(ms);
  };
  for (let time = 0; time < 2; time += 1) await read();
  pass(1000);
  database.reads.mockClear();
  database.questions.mockClear();
  return { database, cache, read, pass };
}

describe('a snapshot cache', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('hands out what it knows, and asks each time whether the snapshot is the same', async () => {
    const { database, read } = await inUse();
    await expect(read()).resolves.toEqual({ state: 0 });
    await expect(read()).resolves.toEqual({ state: 0 });
    expect(database.reads).not.toHaveBeenCalled();
    expect(database.questions).toHaveBeenCalledTimes(2);
  });

  it('reads anew as soon as the snapshot is another', async () => {
    const { database, read } = await inUse();
    database.write();
    await expect(read()).resolves.toEqual({ state: 1 });
  });

  it('asks nothing for a while after something has changed, and reads', async () => {
    const { database, read, pass } = await inUse();
    for (let time = 1; time <= 10; time += 1) {
      database.write();
      await expect(read()).resolves.toEqual({ state: time });
      pass(1);
    }
    expect(database.reads).toHaveBeenCalledTimes(10);
    expect(database.questions).toHaveBeenCalledTimes(1);
  });

  it('hands out again what was read while it asked nothing, once nothing changes any more', async () => {
    const { database, read, pass } = await inUse();
    database.write();
    await read();
    pass(1000);
    database.reads.mockClear();
    for (let time = 0; time < 5; time += 1) await expect(read()).resolves.toEqual({ state: 1 });
    expect(database.reads).not.toHaveBeenCalled();
  });

  it('does not take what was read for older than it is, when something changes during the read', async () => {
    const { database, cache, read, pass } = await inUse();
    database.write();
    await read();
    pass(1000);
    database.reads.mockImplementationOnce(() => {
      const seen = { state: database.state };
      database.write();
      return Promise.resolve(seen);
    });
    database.write();
    await cache.read('fact', database.reads);
    pass(1000);
    await expect(read()).resolves.toEqual({ state: database.state });
  });

  it('reads once for all who wait when something has changed, and anew for who comes later', async () => {
    const { database, read } = await inUse();
    database.write();
    const waiting = Promise.all(Array.from({ length: 50 }, () => read()));
    await expect(waiting).resolves.toEqual(Array.from({ length: 50 }, () => ({ state: 1 })));
    expect(database.reads).toHaveBeenCalledTimes(1);

    let finish: (fact: Fact) => void = () => undefined;
    database.reads.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    database.write();
    const early = read();
    while (database.reads.mock.calls.length < 2) await Promise.resolve();
    database.write();
    const late = read();
    finish({ state: 2 });
    await expect(early).resolves.toEqual({ state: 2 });
    await expect(late).resolves.toEqual({ state: 3 });
  });

  it('tells all who wait when it cannot be read, and reads again for the next', async () => {
    const { database, read } = await inUse();
    database.write();
    database.reads.mockRejectedValueOnce(new Error('away'));
    const outcomes = await Promise.allSettled([read(), read()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(read()).resolves.toEqual({ state: 1 });
  });

  it('does not believe another server that has the same numbers', async () => {
    const { database, read } = await inUse();
    database.server = 'b';
    await read();
    expect(database.reads).toHaveBeenCalledTimes(1);
  });

  it('reads while nobody can tell the snapshot, and knows nothing afterwards', async () => {
    const { database, read, pass } = await inUse();
    database.server = null;
    await read();
    pass(1000);
    await read();
    expect(database.reads).toHaveBeenCalledTimes(2);
    pass(1000);
    database.server = 'a';
    await read();
    expect(database.reads).toHaveBeenCalledTimes(3);
    pass(1000);
    await read();
    expect(database.reads).toHaveBeenCalledTimes(3);
  });

  it('keeps nothing of what is asked for once', async () => {
    const { database, read } = await inUse(BYTES);
    for (let other = 0; other < 100; other += 1) await read(`other ${other}`);
    database.reads.mockClear();
    await read();
    expect(database.reads).not.toHaveBeenCalled();
  });

  it('keeps no more than it may', async () => {
    const { database, read } = await inUse(BYTES);
    for (let time = 0; time < 2; time += 1) await read('other');
    database.reads.mockClear();
    await read();
    expect(database.reads).toHaveBeenCalledTimes(1);
  });

  it('does not keep that there is nothing', async () => {
    const { cache, pass } = await inUse();
    const nothing = jest.fn(() => Promise.resolve(null));
    for (let time = 0; time < 4; time += 1) {
      await expect(cache.read('nothing', nothing)).resolves.toBeNull();
      pass(1000);
    }
    expect(nothing).toHaveBeenCalledTimes(4);
  });

  it('asks nothing and keeps nothing where it may keep nothing', async () => {
    const database = new PretendedDatabase();
    const cache = cacheOf(database, 0);
    for (let time = 0; time < 4; time += 1) await cache.read('fact', database.reads);
    expect(database.reads).toHaveBeenCalledTimes(4);
    expect(database.questions).not.toHaveBeenCalled();
  });
});
