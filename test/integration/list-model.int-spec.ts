import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatQuery } from '../../src/api/http/query-string.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ImageLists } from '../support/image-lists.js';
import { caller, catalog, query, type Query } from '../support/list-arbitraries.js';
import { listedIds } from '../support/list-model.js';
import { storeCatalog } from '../support/stored-catalog.js';

/** Another run: `LIST_MODEL_SEED=1 npm run test:int`. */
const SEED = Number(process.env['LIST_MODEL_SEED'] ?? 20_261_122);
const CATALOGS = Number(process.env['LIST_MODEL_RUNS'] ?? 30);
const QUERIES = 40;

const shown = ({ parameters, limit }: Query): string =>
  formatQuery([...parameters, ['limit', String(limit)]]);

interface Outcome {
  readonly failed: boolean;
  readonly errorInstance: unknown;
}

/** Fails with what the shrunk case broke; catalogs and queries print as pages of noise. */
function firstCause({ failed, errorInstance }: Outcome): void {
  if (failed) throw new Error(`Seed ${SEED}: see the cause.`, { cause: errorInstance });
}

describe('lists of images', () => {
  let database: TestDatabase;
  let lists: ImageLists;

  beforeAll(async () => {
    database = await createTestDatabase();
    lists = new ImageLists(database.url);
  });

  afterAll(async () => {
    await lists.database.close();
    await database.drop();
  });

  it(`hold what a brute-force model says, page by page (seed ${SEED})`, async () => {
    const asked = fc.array(fc.tuple(query, caller), { minLength: QUERIES, maxLength: QUERIES });
    let notEmpty = 0;
    await fc.assert(
      fc.asyncProperty(catalog, asked, async (images, queries) => {
        await storeCatalog(lists.database.pool, images);
        for (const [query, caller] of queries) {
          const expected = listedIds(images, caller, query.means);
          const pages = await lists.walk(query.parameters, query.limit, caller);

          const call = { query: shown(query), ...caller };
          expect({ ...call, ids: pages.flat() }).toEqual({ ...call, ids: expected });
          expect(pages.slice(0, -1).every((page) => page.length === query.limit)).toBe(true);
          notEmpty += Number(expected.length > 0);
        }
      }),
      { seed: SEED, numRuns: CATALOGS, interruptAfterTimeLimit: 40_000, reporter: firstCause },
    );
    expect(notEmpty).toBeGreaterThan((CATALOGS * QUERIES) / 5);
  }, 60_000);
});
