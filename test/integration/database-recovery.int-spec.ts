import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { eventually } from '../support/image-data.js';

const POOL_SIZE = 2;
const TIMES = 2 * POOL_SIZE;

let test: TestDatabase;
let proxy: FlakyProxy;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  proxy = await FlakyProxy.start(test.url);
  database = new Database({
    url: proxy.url,
    poolSize: POOL_SIZE,
    connectTimeoutMs: 20_000,
    statementTimeoutMs: 1000,
  });
});

afterAll(async () => {
  await proxy.stop();
  await database.close();
  await test.drop();
});

/** Everybody who has a connection gives it back, whatever has become of it. */
async function expectNothingHeld(): Promise<void> {
  // What was broken while it was idle may be handed out once before that is noticed.
  await eventually(async () => {
    const answers = Array.from({ length: POOL_SIZE }, () =>
      database.write((prisma) => prisma.$transaction((tx) => tx.$queryRaw`SELECT 1`)),
    );
    await Promise.all(answers);
  });
  expect(database.pool.totalCount - database.pool.idleCount).toBe(0);
}

describe('a connection that breaks in the hands of somebody who does not listen', () => {
  it('ends no process, and is replaced', async () => {
    const client = await database.pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow(/Connection|Client/);
    client.release(true);
    await expectNothingHeld();
  });
});

describe('a read when all connections have died and none shows it', () => {
  const one = { name: 'recovery-one', text: 'SELECT 1 AS one', values: [] };

  it.each([
    ['of anything', () => database.read(one).then(([row]) => row)],
    ['by key', () => database.readByKey(one)],
  ])('%s is answered', async (_what, read) => {
    for (let time = 0; time < TIMES; time += 1) await read();
    await Promise.all(Array.from({ length: POOL_SIZE }, () => database.read(one)));
    expect(database.pool.idleCount).toBe(POOL_SIZE);

    proxy.breakOnUse();

    expect(await read()).toEqual({ one: 1 });
  });
});

describe.each<[what: string, harm: () => void]>([
  ['is cut off', () => proxy.cut()],
  ['falls silent', () => proxy.hang()],
])('a pool whose database %s, more often than it has connections', (_what, harm) => {
  it('has all of them again when that happens in a transaction', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const broken = database.write((prisma) =>
        prisma.$transaction(async (transaction) => {
          await transaction.$queryRaw`SELECT 1`;
          harm();
          await transaction.$queryRaw`SELECT 2`;
        }),
      );
      await expect(broken).rejects.toThrow('temporarily unavailable');
      proxy.restore();
    }
    await expectNothingHeld();
  });

  it('has all of them again when that happens at the commit', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const broken = database.write((prisma) =>
        prisma.$transaction(async (transaction) => {
          await transaction.$queryRaw`SELECT 1`;
          harm();
        }),
      );
      await expect(broken).rejects.toThrow('temporarily unavailable');
      proxy.restore();
    }
    await expectNothingHeld();
  });

  it('has all of them again when that happens at the beginning', async () => {
    for (let time = 0; time < TIMES; time += 1) {
      await database.read({ text: 'SELECT 1', values: [] });
      harm();
      const broken = database.write((prisma) =>
        prisma.$transaction((transaction) => transaction.$queryRaw`SELECT 1`),
      );
      await expect(broken).rejects.toThrow('temporarily unavailable');
      proxy.restore();
    }
    await expectNothingHeld();
  });
});
