import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../../../src/kernel/errors.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { load, query, withTool } from '../../support/transfer.js';

let database: TestDatabase;
let url: string;
beforeEach(async () => {
  database = await createTestDatabase();
  url = database.url;
});
afterEach(() => database.drop());

const OWNERS = ['a', 'b', 'c', 'd'];
const owner = (i: number): string => OWNERS[i % OWNERS.length] ?? '';

/** What each tenant owns by its own counters, and by counting. */
async function usage() {
  const kept = await query(
    url,
    'SELECT id, image_count::int AS images, image_bytes::bigint AS bytes FROM tenants WHERE image_count <> 0 ORDER BY id',
  );
  const counted = await query(
    url,
    // Bytes of deleted images count until the image is purged.
    `SELECT owner AS id, count(*) FILTER (WHERE deleted_at IS NULL)::int AS images,
       coalesce(sum(size), 0)::bigint AS bytes
     FROM images WHERE owner IS NOT NULL GROUP BY owner ORDER BY owner`,
  );
  return { kept, counted };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5);
}

describe('loading while others write', () => {
  it('loses nothing, breaks nothing and keeps the counts exact', async () => {
    const ids = Array.from({ length: 5000 }, () => randomUUID());
    const documents = ids.map((id, i) => ({ id, owner: owner(i), size: i, name: 'loaded' }));
    const moved = documents.map((item, i) => ({ ...item, owner: owner(i + 1), size: i + 1 }));
    const loading = new AbortController();
    const service = withTool(url, async (client) => {
      for (let i = 0; !loading.signal.aborted; i += 1) {
        const id = ids[(i * 37) % ids.length];
        await client.query(
          'INSERT INTO images (id, owner, size, name) VALUES ($1, $2, 5, $3) ON CONFLICT DO NOTHING',
          [i % 2 === 0 ? id : randomUUID(), owner(i), 'created'],
        );
        await client.query(
          'UPDATE images SET deleted_at = now(), version = version + 1 WHERE id = $1 AND deleted_at IS NULL',
          [ids[(i * 61) % ids.length]],
        );
      }
    });
    const results = await Promise.all([
      load(url, documents),
      load(url, moved.toReversed(), { replace: true }),
      load(url, documents.slice(1000, 2000), { replace: true }),
    ]).finally(() => {
      loading.abort();
    });
    await service;
    const dealtWith = results.map(({ counts }) => ({
      bad: counts.bad,
      others: counts.added + counts.replaced + counts.kept + counts.skipped,
    }));
    expect(dealtWith).toEqual([
      { bad: 0, others: 5000 },
      { bad: 0, others: 5000 },
      { bad: 0, others: 1000 },
    ]);
    const [{ known } = { known: 0 }] = await query<{ known: number }>(
      url,
      'SELECT count(*)::int AS known FROM images WHERE id = ANY ($1)',
      [ids],
    );
    expect(known).toBe(ids.length);
    const { kept, counted } = await usage();
    expect(kept).toEqual(counted);
  });

  it.each([{ strict: false }, { strict: true }])(
    'repeats a batch that deadlocks with another writer (%j)',
    async ({ strict }) => {
      const id = randomUUID();
      await load(url, [{ id, owner: 'a', size: 1 }]);
      await withTool(url, async (other) => {
        await other.query(`SET deadlock_timeout = '30s'`); // so that the load is the one to give way
        await other.query('BEGIN');
        await other.query(`SELECT FROM tenants WHERE id = 'a' FOR UPDATE`);
        const loading = load(url, [{ id, owner: 'a', size: 2 }], { replace: true, strict });
        await until(async () => {
          const waiting = await query(
            url,
            `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
          );
          return waiting.length > 0;
        });
        await other.query('UPDATE images SET name = $1 WHERE id = $2', ['by the other', id]);
        await other.query('COMMIT');
        expect((await loading).counts).toMatchObject({ replaced: 1, bad: 0 });
      });
      const images = await query(url, 'SELECT name, size, version FROM images');
      expect(images).toEqual([{ name: null, size: 2n, version: 2 }]);
    },
  );
});

describe('a connection that is lost in the middle', () => {
  const documents = Array.from({ length: 6000 }, () => ({ id: randomUUID(), owner: 'a' }));

  /** Cuts every other connection once the first batch has arrived, or is on its way. */
  async function* interrupted(isUnderWay: () => Promise<boolean>): AsyncGenerator<Buffer> {
    for (let at = 0; at < documents.length; at += 2000) {
      const part = documents.slice(at, at + 2000);
      yield Buffer.from(part.map((item) => `${JSON.stringify(item)}\n`).join(''));
      if (at === 2000) {
        await until(isUnderWay);
        await query(
          url,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
      }
    }
  }

  const count = async (): Promise<number> => {
    const [row] = await query<{ images: number }>(
      url,
      'SELECT count(*)::int AS images FROM images',
    );
    return row?.images ?? 0;
  };

  it('leaves whole batches, and the next load completes them', async () => {
    const loading = load(
      url,
      interrupted(async () => (await count()) >= 2000),
    );
    await expect(loading).rejects.toThrow(Unavailable);
    const loaded = await count();
    expect([2000, 4000]).toContain(loaded);
    const { counts } = await load(url, documents);
    expect(counts).toMatchObject({ added: documents.length - loaded, kept: loaded });
    const { kept, counted } = await usage();
    expect(kept).toEqual(counted);
  });

  it('leaves nothing of a strict load', async () => {
    const isUnderWay = async (): Promise<boolean> => {
      const rows = await query(
        url,
        `SELECT 1 FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND datname = current_database()`,
      );
      return rows.length > 0;
    };
    await expect(load(url, interrupted(isUnderWay), { strict: true })).rejects.toThrow(Unavailable);
    expect(await count()).toBe(0);
  });
});
