import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Unavailable } from '../../src/kernel/errors.js';
import { Database } from '../../src/platform/database/database.js';
import { UniqueViolation } from '../../src/platform/database/database-errors.js';
import type { GroupedStatement, NamedStatement } from '../../src/platform/database/statement.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { eventually } from '../support/image-data.js';

interface Written {
  readonly id: number;
  readonly transaction: string;
}

let test: TestDatabase;
let client: pg.Client;
let proxy: FlakyProxy;
let database: Database;
let statements: (string | null)[];

beforeAll(async () => {
  test = await createEmptyDatabase();
  proxy = await FlakyProxy.start(test.url);
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
  await client.query('CREATE TABLE things (id INTEGER PRIMARY KEY, note TEXT)');
});
afterAll(async () => {
  await proxy.stop();
  await client.end();
  await test.drop();
});

beforeEach(async () => {
  await client.query('TRUNCATE things');
  const limits = { poolSize: 4, connectTimeoutMs: 20_000, statementTimeoutMs: 5000 };
  database = new Database({ url: proxy.url, ...limits });
  statements = [];
  database.observe((name) => {
    statements.push(name);
    return () => undefined;
  });
  await together();
});
afterEach(async () => {
  proxy.restore();
  await database.close();
});

const add = (id: number, group = 'things'): GroupedStatement => ({
  name: 'add',
  text: 'INSERT INTO things VALUES ($1) RETURNING id, pg_current_xact_id()::text AS transaction',
  values: [id],
  group,
  rank: String(id).padStart(5, '0'),
});
const note = (id: number, text: string): GroupedStatement => ({
  name: 'note',
  text: 'UPDATE things SET note = $2 WHERE id = $1 RETURNING id, pg_current_xact_id()::text AS transaction',
  values: [id, text],
  group: 'things',
  rank: String(id).padStart(5, '0'),
});
const write = (statement: GroupedStatement): Promise<Written[]> =>
  database.executeGrouped<Written>(statement);
const ids = async (): Promise<number[]> => {
  const { rows } = await client.query<{ id: number }>('SELECT id FROM things ORDER BY id');
  return rows.map(({ id }) => id);
};
const transactionsOf = (written: readonly Written[][]): Set<string> =>
  new Set(written.flat().map(({ transaction }) => transaction));

/** The shared connection is there: what is written from now on goes over it. */
const together = (): Promise<void> =>
  eventually(async () => {
    const written = await Promise.all([write(note(-1, 'x')), write(note(-1, 'y'))]);
    expect(written).toEqual([[], []]);
    expect(statements.splice(0)).toContain('begin-group');
  });

/** Of three writes at the same time, the one whose id is taken, and nothing else, is refused. */
async function expectOneRefused(adding: (id: number) => GroupedStatement): Promise<void> {
  await write(adding(2));
  const outcomes = await Promise.allSettled([1, 2, 3].map((id) => write(adding(id))));
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: [{ id: 1 }] },
    { status: 'rejected', reason: expect.any(UniqueViolation) as unknown },
    { status: 'fulfilled', value: [{ id: 3 }] },
  ]);
  expect(await ids()).toEqual([1, 2, 3]);
}

describe('writes at the same time', () => {
  it('are committed together, each with its own answer', async () => {
    const written = await Promise.all([3, 1, 2].map((id) => write(add(id))));
    expect(written).toMatchObject([[{ id: 3 }], [{ id: 1 }], [{ id: 2 }]]);
    expect(transactionsOf(written).size).toBe(1);
    expect(statements).toEqual(['begin-group', 'add', 'add', 'add', 'commit-group']);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  it('are done in the order of their ranks', async () => {
    await client.query('CREATE SEQUENCE IF NOT EXISTS turns');
    const take = (id: number): GroupedStatement => ({
      ...add(id),
      name: 'take',
      text: `INSERT INTO things VALUES ($1, nextval('turns')) RETURNING id, pg_current_xact_id()::text AS transaction`,
    });
    await Promise.all([30, 10, 20].map((id) => write(take(id))));
    const { rows } = await client.query('SELECT id FROM things ORDER BY note::int');
    expect(rows).toEqual([{ id: 10 }, { id: 20 }, { id: 30 }]);
  });

  it('wait for the group before theirs, and go together then', async () => {
    const first = write(add(1));
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise(setImmediate);
    const others = await Promise.all([2, 3, 4].map((id) => write(add(id))));
    await first;
    expect(transactionsOf(others).size).toBe(1);
    expect(statements).toEqual(['add', 'begin-group', 'add', 'add', 'add', 'commit-group']);
  });

  it('are not mixed with those of another group', async () => {
    const written = await Promise.all([
      write(add(1, 'one')),
      write(add(2, 'other')),
      write(add(3, 'one')),
    ]);
    expect(transactionsOf([written[0], written[2]]).size).toBe(1);
    expect(transactionsOf(written).size).toBe(2);
  });

  it('take connections of their own when a whole group waits', async () => {
    const written = await Promise.all(Array.from({ length: 40 }, (_, id) => write(add(id))));
    expect(written.flat().map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, id) => id));
    expect(transactionsOf(written).size).toBe(1 + (40 - 16));
  });
});

describe('writes at the same time that one statement can do', () => {
  const addSeveral = (ids: readonly number[]): NamedStatement => ({
    name: `add-${ids.length}`,
    text: `INSERT INTO things SELECT id FROM unnest($1::integer[]) AS id WHERE id < 100
      RETURNING id, lpad(id::text, 5, '0') AS rank, pg_current_xact_id()::text AS transaction`,
    values: [ids],
  });
  const addWithOthers = (id: number): GroupedStatement<number> => ({
    ...add(id),
    several: { part: id, write: addSeveral },
  });

  it('are done by it, each with its own answer, or none', async () => {
    const written = await Promise.all([3, 200, 1, 2].map((id) => write(addWithOthers(id))));
    expect(written).toMatchObject([[{ id: 3 }], [], [{ id: 1 }], [{ id: 2 }]]);
    expect(statements).toEqual(['add-4']);
  });

  it('are done on their own when one of them is refused', async () => {
    await expectOneRefused(addWithOthers);
  });

  it('are done one after the other when two are about the same', async () => {
    const outcomes = await Promise.allSettled([1, 2, 2].map((id) => write(addWithOthers(id))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(statements).toContain('begin-group');
  });
});

describe('a write alone', () => {
  it('is sent as it is', async () => {
    expect(await write(add(1))).toMatchObject([{ id: 1 }]);
    expect(statements).toEqual(['add']);
  });

  it('is refused once', async () => {
    await write(add(1));
    await expect(write(add(1))).rejects.toThrow(UniqueViolation);
    expect(statements).toEqual(['add', 'add']);
  });

  it('waits for a row that somebody else has locked', async () => {
    await write(add(1));
    await client.query('BEGIN; UPDATE things SET note = $$theirs$$ WHERE id = 1');
    const ours = write(note(1, 'ours'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await client.query('COMMIT');
    expect(await ours).toMatchObject([{ id: 1 }]);
    const { rows } = await client.query('SELECT note FROM things');
    expect(rows).toEqual([{ note: 'ours' }]);
  });
});

describe('in a group', () => {
  it('one that is refused costs the others nothing but time', async () => {
    await expectOneRefused(add);
  });

  it('one whose row is locked does not hold up the others', async () => {
    await Promise.all([1, 2].map((id) => write(add(id))));
    await client.query('BEGIN; UPDATE things SET note = $$theirs$$ WHERE id = 1');
    const held = write(note(1, 'ours'));
    expect(await write(note(2, 'ours'))).toMatchObject([{ id: 2 }]);
    await client.query('COMMIT');
    expect(await held).toMatchObject([{ id: 1 }]);
    const { rows } = await client.query('SELECT note FROM things');
    expect(rows).toEqual([{ note: 'ours' }, { note: 'ours' }]);
  });
});

describe('when the connection breaks', () => {
  const withTrigger = async (work: () => Promise<void>): Promise<void> => {
    await client.query(`CREATE OR REPLACE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.id = 1 THEN PERFORM pg_sleep(1); END IF; RETURN NEW; END $$`);
    await client.query(
      'CREATE TRIGGER slow BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION slow()',
    );
    try {
      await work();
    } finally {
      await client.query('DROP TRIGGER slow ON things');
    }
  };

  it('nobody is told of a success, nothing is written twice, and the pool goes on', () =>
    withTrigger(async () => {
      const writing = Promise.allSettled([1, 2, 3].map((id) => write(add(id))));
      await eventually(() => Promise.resolve(expect(statements).toContain('commit-group')));
      proxy.cut();
      const outcomes = await writing;
      expect(
        outcomes.map((each) => each.status === 'rejected' && (each.reason as unknown)),
      ).toEqual([1, 2, 3].map(() => expect.any(Unavailable) as unknown));
      expect(statements.filter((name) => name === 'add')).toHaveLength(3);
      proxy.restore();
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO things%'`,
      );
      await eventually(async () => {
        expect(await write(note(1, 'again'))).toBeInstanceOf(Array);
      });
      expect([[], [1, 2, 3]]).toContainEqual(await ids());
      await together();
    }));
});
