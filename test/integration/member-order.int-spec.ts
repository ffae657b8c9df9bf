import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ImageLists } from '../support/image-lists.js';

let database: TestDatabase;
let lists: ImageLists;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  lists = new ImageLists(database.url);
  ({ pool } = lists.database);
});

afterAll(async () => {
  await lists.database.close();
  await database.drop();
});

async function anImage(name: string | null): Promise<string> {
  const id = randomUUID();
  await pool.query('INSERT INTO images (id, name) VALUES ($1, $2)', [id, name]);
  return id;
}

const share = (id: string, member: string) =>
  pool.query('INSERT INTO image_members (image_id, member_id) VALUES ($1, $2)', [id, member]);

/** Member rows whose copy of the order is not the image's. */
async function stray(): Promise<unknown[]> {
  const { rows } = await pool.query<object>(
    `SELECT m.*, i.name, i.created_at FROM image_members m JOIN images i ON i.id = m.image_id
     WHERE m.image_created_at <> i.created_at OR m.image_name IS DISTINCT FROM i.name`,
  );
  return rows;
}

it('takes the order of the image that is shared', async () => {
  await share(await anImage('one'), 'a');
  await share(await anImage(null), 'a');
  expect(await stray()).toEqual([]);
});

it('follows the image when its name or date changes', async () => {
  const id = await anImage('before');
  await share(id, 'a');
  await share(id, 'b');
  await pool.query(`UPDATE images SET name = 'after' WHERE id = $1`, [id]);
  expect(await stray()).toEqual([]);
  await pool.query(`UPDATE images SET name = NULL, created_at = '2001-02-03Z' WHERE id = $1`, [id]);
  expect(await stray()).toEqual([]);
});

it('holds when images are shared and renamed at the same time', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => anImage('before')));
  await Promise.all(
    ids.flatMap((id) => [
      share(id, 'a'),
      pool.query('UPDATE images SET name = $2 WHERE id = $1', [id, randomUUID()]),
      share(id, 'b'),
    ]),
  );
  expect(await stray()).toEqual([]);
});

it('leaves a member of no image to the foreign key', async () => {
  await expect(share(randomUUID(), 'a')).rejects.toMatchObject({ code: '23503' });
});
