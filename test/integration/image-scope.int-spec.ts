import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isWithinScope,
  listedFor,
  MEMBER_STATUSES,
  VISIBILITIES,
  visibleTo,
  type ImageScope,
  type ScopeTerm,
} from '../../src/images/domain/image-access.js';
import {
  scopeBranches,
  scopeCondition,
  type ScopeBranch,
} from '../../src/images/persistence/image-scope.sql.js';
import { SqlParameters } from '../../src/images/persistence/sql-parameters.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ImageLists, principal } from '../support/image-lists.js';
import { caller, catalog } from '../support/list-arbitraries.js';
import type { ModelImage } from '../support/list-model.js';
import { storeCatalog } from '../support/stored-catalog.js';

const SEED = Number(process.env['SCOPE_SEED'] ?? 20_261_122);

const tenant = fc.constantFrom('t1', 't2', 't3', 'nobody', "it's");
const memberStatus = fc.constantFrom('any' as const, ...MEMBER_STATUSES);
const term: fc.Arbitrary<ScopeTerm> = fc.oneof(
  fc.record({ visibility: fc.constantFrom('public' as const, 'community' as const) }),
  fc.constant({ visibilityOtherThan: 'community' } as const),
  fc.record({ ownedBy: tenant }),
  fc.record({ sharedWith: tenant, memberStatus }),
  fc.constant({ sharedByNobody: true } as const),
);

/** What callers get, and any other scope that could be written down. */
const scope: fc.Arbitrary<ImageScope> = fc.oneof(
  caller.map((who) => visibleTo(principal(who))),
  fc
    .tuple(caller, fc.constantFrom(null, 'all' as const, ...VISIBILITIES), memberStatus)
    .map(([who, visibility, status]) =>
      listedFor(principal(who), { visibility, memberStatus: status }),
    ),
  fc.array(term, { maxLength: 4 }),
  fc.constant('everything' as const),
);

const inMemory = (images: readonly ModelImage[], scope: ImageScope): string[] =>
  images
    .filter((image) =>
      isWithinScope({ ...image, members: new Map(Object.entries(image.members)) }, scope),
    )
    .map(({ id }) => id)
    .toSorted();

describe('a scope', () => {
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

  type Part = Pick<ScopeBranch, 'from' | 'condition'>;

  async function select(parts: readonly Part[]) {
    const ids: string[] = [];
    for (const { from, condition } of parts) {
      const parameters = new SqlParameters();
      const where = condition(parameters);
      const used = parameters.values.map((_value, position) => `$${position + 1}::text`);
      const { rows } = await lists.database.pool.query<{ id: string }>(
        `SELECT i.id FROM ${from}, (SELECT ${['1', ...used].join(', ')}) AS bound WHERE ${where}`,
        parameters.values,
      );
      ids.push(...rows.map(({ id }) => id));
    }
    return ids.toSorted();
  }

  const whole = (scope: ImageScope): Part => ({
    from: 'images i',
    condition: (parameters) => scopeCondition(scope, parameters),
  });

  it(`means the same in memory and in SQL (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        catalog,
        fc.array(scope, { minLength: 25, maxLength: 25 }),
        async (images, scopes) => {
          await storeCatalog(lists.database.pool, images);
          for (const one of scopes) {
            const expected = inMemory(images, one);
            const condition = await select([whole(one)]);
            expect({ scope: one, ids: condition }).toEqual({ scope: one, ids: expected });
          }
        },
      ),
      { seed: SEED, numRuns: 15, endOnFailure: true },
    );
  }, 60_000);

  it(`holds every image exactly once in its branches when callers get it (seed ${SEED})`, async () => {
    const listed = fc.tuple(caller, fc.constantFrom(null, 'all' as const, ...VISIBILITIES));
    await fc.assert(
      fc.asyncProperty(
        catalog,
        fc.array(listed, { minLength: 15, maxLength: 15 }),
        async (images, asked) => {
          await storeCatalog(lists.database.pool, images);
          for (const [who, visibility] of asked) {
            const scope = listedFor(principal(who), { visibility, memberStatus: 'any' });
            const branches = await select(scopeBranches(scope));
            expect({ who, visibility, ids: branches }).toEqual({
              who,
              visibility,
              ids: inMemory(images, scope),
            });
          }
        },
      ),
      { seed: SEED, numRuns: 15, endOnFailure: true },
    );
  }, 60_000);
});
