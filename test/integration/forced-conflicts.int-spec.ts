import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { WriteConflict } from '../../src/platform/database/database-errors.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { execute } from '../support/test-server.js';

const MOST_TRIES = 5;

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  await execute(test.url, 'CREATE TABLE pairs (id int PRIMARY KEY, value int NOT NULL)');
  await execute(test.url, 'INSERT INTO pairs VALUES (1, 0), (2, 0)');
  const timeouts = { connectTimeoutMs: 20_000, statementTimeoutMs: 30_000 };
  database = new Database({ url: test.url, poolSize: 4, ...timeouts });
});

afterAll(async () => {
  await database.close();
  await test.drop();
});

/** Both have the first row that they want before either asks for its second. */
function barrier(parties: number): () => Promise<void> {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived >= parties) open();
    return opened;
  };
}

async function values(): Promise<number[]> {
  const { rows } = await database.pool.query<{ value: number }>(
    'SELECT value FROM pairs ORDER BY id',
  );
  return rows.map(({ value }) => value);
}

describe('two writers that cannot both go on', () => {
  it('both succeed: who is undone by a deadlock is repeated', async () => {
    const [first = 0, second = 0] = await values();
    const meet = barrier(2);
    let tries = 0;
    const increment = (ids: readonly [number, number]) =>
      database.write((prisma) =>
        prisma.$transaction(
          async (tx) => {
            tries += 1;
            await tx.$executeRaw`UPDATE pairs SET value = value + 1 WHERE id = ${ids[0]}`;
            await meet();
            await tx.$executeRaw`UPDATE pairs SET value = value + 1 WHERE id = ${ids[1]}`;
          },
          { timeout: 60_000, maxWait: 60_000 },
        ),
      );
    await Promise.all([increment([1, 2]), increment([2, 1])]);

    expect(await values()).toEqual([first + 2, second + 2]);
    expect(tries).toBeGreaterThan(2);
  });

  it('both succeed: who cannot be serialized is repeated', async () => {
    const [first = 0] = await values();
    const meet = barrier(2);
    const increment = () =>
      database.write((prisma) =>
        prisma.$transaction(
          async (tx) => {
            const [row] = await tx.$queryRaw<
              { value: number }[]
            >`SELECT value FROM pairs WHERE id = 1`;
            await meet();
            await tx.$executeRaw`UPDATE pairs SET value = ${(row?.value ?? 0) + 1} WHERE id = 1`;
          },
          { isolationLevel: 'Serializable', timeout: 60_000, maxWait: 60_000 },
        ),
      );
    await Promise.all([increment(), increment()]);

    expect((await values())[0]).toBe(first + 2);
  });
});

describe('a writer that is undone every time', () => {
  it('is refused after five tries, as a conflict', async () => {
    let tries = 0;
    const write = database.write(async (prisma) => {
      tries += 1;
      await prisma.$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`;
    });

    await expect(write).rejects.toThrow(WriteConflict);
    expect(tries).toBe(MOST_TRIES);
  });
});
