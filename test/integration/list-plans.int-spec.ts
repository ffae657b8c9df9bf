import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { COMMON, RARE } from '../../bench/catalog.sql.js';
import { BIG, KINDS, createBigCatalog, owners } from '../support/big-catalog.js';
import type { TestDatabase } from '../support/database.js';
import { ImageLists } from '../support/image-lists.js';
import type { ModelCaller } from '../support/list-model.js';
import { PLANNING, statementsDuring, workOf, type PlanWork } from '../support/plans.js';

type Parameters = readonly (readonly [string, string])[];

/** Rows that are read and sorted for a page of 25 and its look-ups, however large the catalog. */
const PAGE = 150;
/** The same when a few in a hundred rows pass the filter. */
const SIFTED = 8000;

const SORT_KEYS = 'name status container_format disk_format size id created_at updated_at'.split(
  ' ',
);

const CASES: readonly (readonly [title: string, query: Parameters, rows: number])[] = [
  ['the first page', [], PAGE],
  ['a common property', [COMMON.property], 1000],
  ['a rare property', [RARE.property], PAGE],
  ['a common tag and status by name', [...tagged(COMMON.tag), ['sort', 'name:asc']], 1000],
  ['a rare tag and status by name', [...tagged(RARE.tag), ['sort', 'name:asc']], PAGE],
  ['a large owner', [['owner', owners.largest]], 1000],
  ['an owner of some', [['owner', owners.middling]], SIFTED],
  ...['public', 'community', 'shared', 'private', 'all'].map(
    (visibility) => [`visibility ${visibility}`, [['visibility', visibility]], 2000] as const,
  ),
  ...['accepted', 'pending', 'rejected', 'all'].map(
    (status) => [`member status ${status}`, [['member_status', status]], PAGE] as const,
  ),
  ['changes since long ago', [['updated_at', 'gte:2022-01-01T00:00:00Z']], PAGE],
  ['changes since lately', [['updated_at', 'gte:2026-03-01T00:00:00Z']], PAGE],
  ['a name', [['name', 'Ubuntu 0 build 77']], PAGE],
  ['a checksum', [['checksum', createHash('md5').update('7').digest('hex')]], PAGE],
  ['hidden images', [['os_hidden', 'true']], SIFTED],
  ['one in fifty by status', [['status', 'queued']], SIFTED],
  ['one in forty by size', [['size_min', '39000000000']], SIFTED],
  ...SORT_KEYS.flatMap((key) =>
    ['asc', 'desc'].map((direction) => {
      const query = [['sort_key', key] as const, ['sort_dir', direction] as const];
      return [`sorted by ${key}, ${direction}`, query, 2000] as const;
    }),
  ),
];

function tagged(tag: string): Parameters {
  return [
    ['tag', tag],
    ['status', 'active'],
  ];
}

describe(`lists in a catalog of ${BIG} images`, () => {
  let database: TestDatabase;
  let lists: ImageLists;

  beforeAll(async () => {
    database = await createBigCatalog();
    lists = new ImageLists(database.url);
  });

  afterAll(async () => {
    await lists.database.close();
    await database.drop();
  });

  async function worksOf(query: Parameters, caller: ModelCaller): Promise<PlanWork[]> {
    const { database } = lists;
    const statements = await statementsDuring(database, () => lists.page(query, caller));
    const works: PlanWork[] = [];
    for (const planning of PLANNING) {
      for (const statement of statements) {
        works.push(await workOf(database.pool, statement, planning));
      }
    }
    return works;
  }

  /** Each query of each caller whose plans read, sort or scan more than they may; none is what is wanted. */
  async function excesses(caller: ModelCaller, behind: (query: Parameters) => Promise<Parameters>) {
    const found: object[] = [];
    for (const [title, query, rows] of CASES) {
      for (const work of await worksOf([...query, ...(await behind(query))], caller)) {
        const isSortExcessive = work.sorted > Math.min(rows, BIG / 100);
        if (work.read > rows || isSortExcessive || work.scanned.length > 0) {
          found.push({ title, ...work });
        }
      }
    }
    return found;
  }

  describe.each(Object.entries(KINDS))('of a tenant %s', (_kind, caller) => {
    it('read, sort and scan nothing that grows', async () => {
      expect(await excesses(caller, () => Promise.resolve([]))).toEqual([]);
    });

    it('cost no more deep in the collection', async () => {
      const middle = async (query: Parameters): Promise<Parameters> => {
        const { ids } = await lists.page([...query, ['limit', '1000']], caller);
        const marker = ids.at(-1);
        return marker === undefined ? [] : [['marker', marker]];
      };
      expect(await excesses(caller, middle)).toEqual([]);
    });

    it('by a rare property are planned once, however often they are asked for', async () => {
      const query: Parameters = [RARE.property];
      const { pool } = lists.database;
      const names = new Set<string | undefined>();
      const again = async (): Promise<void> => {
        const statements = await statementsDuring(lists.database, () => lists.page(query, caller));
        for (const { name } of statements) names.add(name);
      };
      for (let time = 0; time < 12; time += 1) await again();
      // One after the other, on one connection of the pool.
      const { rows } = await pool.query<{ customPlans: number }>(
        `SELECT custom_plans::integer AS "customPlans" FROM pg_prepared_statements
         WHERE name = ANY ($1) AND generic_plans > 0`,
        [[...names]],
      );
      // PostgreSQL looks five times before it trusts a plan for all values.
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.every(({ customPlans }) => customPlans === 5)).toBe(true);
    });

    it('read a shared image by its id without reading what else is shared', async () => {
      const { rows } = await lists.database.pool.query<{ image_id: string }>(
        'SELECT image_id FROM image_members WHERE member_id = $1 LIMIT 1',
        [caller.tenantId],
      );
      const marker = rows[0]?.image_id ?? '00000000-0000-0000-0000-000000000000';
      const look = () => lists.page([['marker', marker]], caller).catch(() => undefined);
      const [show] = await statementsDuring(lists.database, look);
      for (const planning of PLANNING) {
        const work = await workOf(lists.database.pool, show!, planning);
        expect(work).toMatchObject({ scanned: [], sorted: 0 });
        expect(work.read).toBeLessThanOrEqual(2);
      }
    });
  });

  it('hold what a walk along the order gave up to find', async () => {
    const { pool } = lists.database;
    await pool.query(`UPDATE images SET properties = '{"era": "first"}' WHERE id IN (
      SELECT id FROM images WHERE deleted_at IS NULL ORDER BY created_at LIMIT 5000)`);
    await pool.query('ANALYZE images');
    const expected = await pool.query<{ id: string }>(
      `SELECT id FROM images WHERE properties = '{"era": "first"}' AND NOT os_hidden AND deleted_at IS NULL
       ORDER BY created_at DESC, id DESC LIMIT 30`,
    );
    const admin = KINDS['of an admin']!;
    const query: Parameters = [
      ['era', 'first'],
      ['visibility', 'all'],
      ['limit', '30'],
    ];
    const statements = await statementsDuring(lists.database, () => lists.page(query, admin));
    const { ids } = await lists.page(query, admin);
    expect(ids).toEqual(expected.rows.map(({ id }) => id));
    expect(statements).toHaveLength(3);
    const [walk] = statements;
    expect((await workOf(pool, walk!, 'custom')).read).toBeLessThan(30 * 200 * 3);
  });
});
