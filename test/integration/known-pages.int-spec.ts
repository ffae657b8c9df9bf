import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ImageLists } from '../support/image-lists.js';
import { caller, catalog, query } from '../support/list-arbitraries.js';
import type { ModelImage } from '../support/list-model.js';
import { statementsDuring } from '../support/plans.js';
import { insertImages, storeCatalog } from '../support/stored-catalog.js';

const SEED = 20_261_122;
const OWNER = { tenantId: 't1', isAdmin: false };
const CACHE_BYTES = 3_000_000;

/** Twenty images that the owner's lists hold. */
const images: readonly ModelImage[] = fc
  .sample(catalog, { seed: SEED, numRuns: 20 })
  .flat()
  .slice(0, 20)
  .map((image) => ({ ...image, visibility: 'shared' as const, status: 'active' as const }))
  .map((image, index) => ({
    ...image,
    isHidden: false,
    isDeleted: false,
    owner: index < 10 ? 't1' : 't2',
    members: { t1: 'accepted' },
  }));

/** What others do meanwhile; none of it tells the process that listed. Some leave the version as it was. */
const CHANGES = {
  'another name': `UPDATE images SET name = name || '!', version = version + 1, updated_at = now()`,
  'a property set by hand': `UPDATE images SET properties = properties || '{"by": "hand"}'`,
  'other tags': `UPDATE images SET tags = tags || ARRAY['fresh']`,
  'a size': `UPDATE images SET size = coalesce(size, 0) + 1`,
  'a status': `UPDATE images SET status = CASE status WHEN 'active' THEN 'queued' ELSE 'active' END`,
  'what is private now': `UPDATE images SET visibility = 'private' WHERE owner = 't2'`,
  'what is shared no more': `DELETE FROM image_members`,
  'what is hidden': `UPDATE images SET os_hidden = NOT os_hidden`,
  'what was deleted': `UPDATE images SET deleted_at = now() WHERE id IN (SELECT id FROM images ORDER BY id LIMIT 3)`,
  'what came back': `UPDATE images SET deleted_at = NULL`,
  nothing: 'SELECT 1',
} as const;

describe('a page that is asked for again and again', () => {
  let database: TestDatabase;
  let lists: ImageLists;
  /** Reads everything anew each time. */
  let fresh: ImageLists;

  beforeAll(async () => {
    database = await createTestDatabase();
    lists = new ImageLists(database.url, CACHE_BYTES);
    fresh = new ImageLists(database.url, 0);
  });

  beforeEach(() => storeCatalog(fresh.database.pool, images));

  afterAll(async () => {
    await lists.database.close();
    await fresh.database.close();
    await database.drop();
  });

  const statements = (reader: ImageLists) =>
    statementsDuring(reader.database, () => reader.images([], OWNER));

  it('is read by the stamps of its rows alone, and is the same', async () => {
    const first = await lists.images([], OWNER);
    await lists.images([], OWNER);
    const [again, ...others] = await statements(lists);

    expect(first).toHaveLength(images.length);
    expect(others).toEqual([]);
    expect(again?.text).toContain('xmin');
    expect(again?.text).not.toContain('properties');
    expect(await lists.images([], OWNER)).toEqual(first);
    expect(first).toEqual(await fresh.images([], OWNER));
  });

  it('is not kept the first time', async () => {
    const alone = new ImageLists(database.url, CACHE_BYTES);
    for (let time = 0; time < 2; time += 1) {
      const [statement, ...others] = await statements(alone);
      expect(others).toEqual([]);
      expect(statement?.text).toContain('properties');
    }
    await alone.database.close();
  });

  it('is read anew each time where no memory is given to it', async () => {
    for (let time = 0; time < 2; time += 1) await fresh.images([], OWNER);
    const [again] = await statements(fresh);
    expect(again?.text).toContain('properties');
  });

  it('is read anew when memory does not hold it', async () => {
    const small = new ImageLists(database.url, 15_000);
    const first = await small.images([], OWNER);
    expect(await small.images([], OWNER)).toEqual(first);
    const [again, ...others] = await statements(small);
    expect(others).toEqual([]);
    expect(again?.text).toContain('properties');
    await small.database.close();
  });

  it.each(Object.entries(CHANGES))('shows %s at once', async (_what, change) => {
    await lists.images([], OWNER);
    const before = await lists.images([], OWNER);
    await fresh.database.pool.query(change);

    const after = await lists.images([], OWNER);

    expect(after).toEqual(await fresh.images([], OWNER));
    const isUnchanged = change === CHANGES.nothing || change === CHANGES['what came back'];
    expect(isDeepStrictEqual(after, before)).toBe(isUnchanged);
    expect(await lists.images([], OWNER)).toEqual(after);
  });

  it('shows what arrived at once', async () => {
    for (let time = 0; time < 2; time += 1) await lists.images([], OWNER);
    const arrived = { ...images[0], id: '00000000-0000-4000-8000-000000000001', members: {} };
    await insertImages(fresh.database.pool, [arrived as ModelImage]);

    const after = await lists.images([], OWNER);

    expect(after.map(({ id }) => id)).toContain(arrived.id);
    expect(after).toEqual(await fresh.images([], OWNER));
  });

  it(`holds what a page that is read anew holds, whatever is asked and changed (seed ${SEED})`, async () => {
    const change = fc.constantFrom(...Object.values(CHANGES));
    const step = fc.record({ query, caller, change, again: fc.boolean() });
    let notEmpty = 0;
    await fc.assert(
      fc.asyncProperty(catalog, fc.array(step, { minLength: 15 }), async (stored, steps) => {
        await storeCatalog(fresh.database.pool, stored);
        for (const { query, caller, change, again } of steps) {
          const parameters = [...query.parameters, ['limit', String(query.limit)] as const];
          for (let time = 0; time < 2; time += 1) await lists.images(parameters, caller);
          if (again) await lists.images(parameters, caller);
          await fresh.database.pool.query(change);
          const expected = await fresh.images(parameters, caller);
          expect(await lists.images(parameters, caller)).toEqual(expected);
          expect(await lists.images(parameters, caller)).toEqual(expected);
          notEmpty += Number(expected.length > 0);
        }
      }),
      { seed: SEED, numRuns: 15, interruptAfterTimeLimit: 40_000 },
    );
    expect(notEmpty).toBeGreaterThan(40);
  }, 60_000);
});
