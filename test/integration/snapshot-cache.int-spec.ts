import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../src/platform/database/database.js';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import { SnapshotCache } from '../../src/platform/database/snapshot-cache.js';

interface Fact {
  readonly value: number;
}

const READ = { name: 'read-fact', text: 'SELECT value FROM facts WHERE id = $1' };
/** Longer than a cache asks nothing after a change. */
const REST_MS = 60;

/** A process with a cache of its own. */
class Reader {
  readonly database: Database;
  reads = 0;
  private readonly cache: SnapshotCache<Fact>;

  constructor(url: string) {
    this.database = new Database({
      url,
      poolSize: 3,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 10_000,
    });
    this.cache = new SnapshotCache(
      () => this.database.snapshot(),
      1_000_000,
      () => 100,
    );
  }

  async value(id = 1): Promise<number> {
    const fact = await this.cache.read(`${id}`, async () => {
      this.reads += 1;
      const [row] = await this.database.read<{ value: number }>({ ...READ, values: [id] });
      return row ?? null;
    });
    return fact?.value ?? NaN;
  }

  /** Until what is asked for is handed out from memory. */
  async settle(): Promise<void> {
    for (let reads = -1; reads !== this.reads; await sleep(REST_MS)) {
      reads = this.reads;
      await this.value();
    }
  }
}

describe('a cache of what was read under a snapshot, on PostgreSQL', () => {
  /** A server of its own: elsewhere other tests end transactions all the time. */
  let server: EmbeddedPostgres;
  let directory: string;
  let reader: Reader;
  let writer: Database;
  const set = (value: number) =>
    writer.pool.query('UPDATE facts SET value = $1 WHERE id = 1', [value]);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'catalog-snapshots-'));
    server = await EmbeddedPostgres.start(directory, { purpose: 'service', durable: false });
    reader = new Reader(server.url);
    writer = new Reader(server.url).database;
    await writer.pool.query('ALTER SYSTEM SET autovacuum = off');
    await writer.pool.query('SELECT pg_reload_conf()');
    await writer.pool.query('CREATE TABLE facts (id integer PRIMARY KEY, value integer NOT NULL)');
    await writer.pool.query('INSERT INTO facts SELECT generate_series(1, 5), 0');
  });

  beforeEach(async () => {
    await set(0);
    await reader.settle();
  });

  afterAll(async () => {
    await reader.database.close();
    await writer.close();
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const readsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const before = reader.reads;
    await work();
    return reader.reads - before;
  };

  it('reads nothing while no transaction ends, however many only look', async () => {
    const look = () => writer.pool.query('SELECT count(*) FROM facts');
    const reads = await readsDuring(async () => {
      for (let time = 0; time < 5; time += 1) {
        await look();
        await expect(reader.value()).resolves.toBe(0);
      }
    });
    expect(reads).toBe(0);
  });

  it('shows what was committed at once', async () => {
    for (let value = 1; value <= 20; value += 1) {
      await set(value);
      await expect(reader.value()).resolves.toBe(value);
      if (value % 5 === 0) await reader.settle();
    }
  });

  it('shows what a transaction did that was open while the value was read, as soon as it is committed', async () => {
    const early = await writer.pool.connect();
    const late = await writer.pool.connect();
    await early.query('BEGIN');
    await early.query('UPDATE facts SET value = 7 WHERE id = 1');
    await late.query('BEGIN');
    await late.query('SAVEPOINT s');
    await late.query('UPDATE facts SET value = 8 WHERE id = 2');
    await late.query('RELEASE s');
    await reader.settle();
    expect(await readsDuring(() => reader.value())).toBe(0);
    await late.query('COMMIT');
    await expect(reader.value(2)).resolves.toBe(8);
    await expect(reader.value()).resolves.toBe(0);
    await reader.settle();
    await early.query('COMMIT');
    await expect(reader.value()).resolves.toBe(7);
    early.release();
    late.release();
  });

  it('goes on after its connection was cut, and believes nothing from before', async () => {
    await writer.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_current_snapshot%' AND pid <> pg_backend_pid()`,
    );
    const reads = await readsDuring(async () => {
      await expect(reader.value()).resolves.toBe(0);
      await sleep(1100);
      await expect(reader.value()).resolves.toBe(0);
    });
    expect(reads).toBeGreaterThan(0);
    await reader.settle();
    await set(3);
    await expect(reader.value()).resolves.toBe(3);
  });

  it('hands out nothing that was overwritten before the question, whoever writes and reads at the same time', async () => {
    const readers = [reader, new Reader(server.url), new Reader(server.url)];
    const acknowledged = [0, 0, 0, 0, 0, 0];
    const writing = { isOver: false };
    let hits = 0;
    const write = async (id: number): Promise<void> => {
      for (let value = 1; value <= 40; value += 1) {
        await writer.pool.query('UPDATE facts SET value = $1 WHERE id = $2', [value, id]);
        acknowledged[id] = value;
        await sleep(Math.random() * (value % 4 === 0 ? 500 : 5));
      }
    };
    const read = async (one: Reader, id: number): Promise<void> => {
      while (!writing.isOver) {
        const least = acknowledged[id] ?? 0;
        const before = one.reads;
        expect(await one.value(id)).toBeGreaterThanOrEqual(least);
        hits += Number(one.reads === before);
        await sleep(Math.random() * 3);
      }
    };
    const reading = readers.flatMap((one) => [2, 3, 4, 5].map((id) => read(one, id)));
    await writer.pool.query('UPDATE facts SET value = 0');
    await Promise.all([2, 3, 4, 5].map((id) => write(id)));
    writing.isOver = true;
    await Promise.all(reading);
    expect(hits).toBeGreaterThan(20);
    await Promise.all(readers.slice(1).map(({ database: own }) => own.close()));
  }, 60_000);
});
