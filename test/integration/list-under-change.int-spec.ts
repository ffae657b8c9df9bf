import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ImageLists } from '../support/image-lists.js';
import { catalog } from '../support/list-arbitraries.js';
import type { ModelImage } from '../support/list-model.js';
import { insertImages, storeCatalog } from '../support/stored-catalog.js';

const SEED = 20_261_122;
const ADMIN = { tenantId: 't1', isAdmin: true };
const SORTS = [
  'name',
  'status',
  'size',
  'disk_format',
  'container_format',
  'created_at',
  'updated_at',
  'id',
];

/** A hundred images that all lists of an admin hold, with nulls and ties in every sort key. */
const seeded: readonly ModelImage[] = fc
  .sample(catalog, { seed: SEED, numRuns: 20 })
  .flat()
  .map((image) => ({ ...image, visibility: 'public' as const, status: 'active' }))
  .map((image) => ({ ...image, isHidden: false, isDeleted: false, members: {} }));
const lasting = seeded.slice(0, 100);
const passing = seeded.slice(100, 200);

describe('paging', () => {
  let database: TestDatabase;
  let lists: ImageLists;

  beforeAll(async () => {
    database = await createTestDatabase();
    lists = new ImageLists(database.url);
  });

  beforeEach(() => storeCatalog(lists.database.pool, [...lasting, ...passing]));

  afterAll(async () => {
    await lists.database.close();
    await database.drop();
  });

  /** Between two pages: some images come, some go, and those that come and go move about in every order. */
  async function change(marker: string | undefined): Promise<void> {
    const { pool } = lists.database;
    const arriving = passing.slice(0, 3).map((image) => ({ ...image, id: randomUUID() }));
    await insertImages(pool, arriving);
    const others = [lasting.map(({ id }) => id), marker ?? null];
    const anyOther =
      'id <> ALL ($1::uuid[]) AND id IS DISTINCT FROM $2::uuid AND deleted_at IS NULL';
    await pool.query(
      `UPDATE images SET deleted_at = now() WHERE id IN (
         SELECT id FROM images WHERE ${anyOther} ORDER BY random() LIMIT 3)`,
      others,
    );
    await pool.query(
      `UPDATE images SET name = md5(random()::text), size = NULL, updated_at = now() WHERE id IN (
         SELECT id FROM images WHERE ${anyOther} ORDER BY random() LIMIT 3)`,
      others,
    );
  }

  it.each(SORTS.flatMap((key) => [`${key}:asc`, `${key}:desc`]))(
    'by %s shows what exists throughout exactly once while other images come, go and move',
    async (sort) => {
      const seen: string[] = [];
      for (let marker: string | undefined; ;) {
        const position = marker === undefined ? [] : [['marker', marker] as const];
        const query = [['sort', sort] as const, ['limit', '17'] as const, ...position];
        const { ids, isFull } = await lists.page(query, ADMIN);
        seen.push(...ids);
        marker = ids.at(-1);
        if (!isFull) break;
        await change(marker);
      }

      const counts = lasting.map(({ id }) => seen.filter((other) => other === id).length);
      expect(counts).toEqual(lasting.map(() => 1));
    },
  );

  it('holds its promise against a writer that never waits', async () => {
    const end = new AbortController();
    const writer = (async () => {
      while (!end.signal.aborted) await change(undefined);
    })();
    // A page whose marker was deleted in between is refused; only a lasting marker is sure to be there.
    const walk = async (sort: string): Promise<string[]> => {
      const seen: string[] = [];
      for (let marker: string | undefined; ;) {
        const position = marker === undefined ? [] : [['marker', marker] as const];
        const { ids } = await lists.page([['sort', sort], ['limit', '40'], ...position], ADMIN);
        const known = new Set(lasting.map(({ id }) => id));
        const next = ids.findLastIndex((id) => known.has(id));
        if (next < 0) return seen;
        seen.push(...ids.slice(0, next + 1));
        marker = ids[next];
      }
    };
    const walks = await Promise.all(['name:asc', 'size:desc', 'updated_at:asc'].map(walk));
    end.abort();
    await writer;

    for (const seen of walks) {
      const counts = lasting.map(({ id }) => seen.filter((other) => other === id).length);
      expect(counts).toEqual(lasting.map(() => 1));
    }
  });
});
