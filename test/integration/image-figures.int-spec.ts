import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let pool: pg.Pool;

const rows = async (text: string) => (await pool.query(text)).rows;

const kept = () =>
  rows(`SELECT status, sum(images)::integer AS images, sum(bytes)::integer AS bytes FROM image_figures
    GROUP BY status HAVING sum(images) <> 0 ORDER BY status`);
const counted = () =>
  rows(`SELECT status, count(*)::integer AS images, coalesce(sum(size), 0)::integer AS bytes FROM images
    WHERE deleted_at IS NULL GROUP BY status ORDER BY status`);

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Ten images of one owner, each of which lives through all that changes a figure. */
async function live(owner: number): Promise<void> {
  await pool.query(
    `INSERT INTO images (id, owner) SELECT gen_random_uuid(), $1 FROM generate_series(1, 10)`,
    [`owner-${owner}`],
  );
  const steps = [
    `UPDATE images SET status = 'saving' WHERE owner = $1`,
    `UPDATE images SET status = 'active', size = 7 WHERE owner = $1`,
    `UPDATE images SET name = 'no figure' WHERE owner = $1`,
    `UPDATE images SET deleted_at = now(), status = 'deleted' WHERE id IN (SELECT id FROM images WHERE owner = $1 LIMIT 4)`,
    `UPDATE images SET deleted_at = NULL, status = 'queued', size = NULL
      WHERE id IN (SELECT id FROM images WHERE owner = $1 AND deleted_at IS NOT NULL LIMIT 1)`,
    `DELETE FROM images WHERE id IN (SELECT id FROM images WHERE owner = $1 AND deleted_at IS NULL LIMIT 1)`,
  ];
  for (const step of steps) await pool.query(step, [`owner-${owner}`]);
}

it('the figures are what counting finds, whoever wrote at the same time', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, owner) => live(owner)));

  const figures = await kept();
  expect(figures).toEqual(await counted());
  expect(figures.map(({ status }) => status)).toEqual(['active', 'queued']);
});

it('the shards are as few as there were connections', async () => {
  const [{ shards }] = await rows(
    'SELECT count(DISTINCT shard)::integer AS shards FROM image_figures',
  );
  expect(shards).toBeGreaterThan(1);
  expect(shards).toBeLessThanOrEqual(8);
});

it('nothing is left of a cleared catalog', async () => {
  await pool.query('TRUNCATE images CASCADE');
  expect(await kept()).toEqual([]);
});
