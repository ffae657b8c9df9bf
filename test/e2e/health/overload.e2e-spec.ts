import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, type TestApp, type TestResponse } from '../../support/app.js';

const WAITING = 10;

/** One connection, which the test holds, and ten who may wait for it. */
const NARROW = {
  CATALOG_DATABASE_POOL_SIZE: '1',
  CATALOG_DATABASE_QUEUE: String(WAITING),
  CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '60000',
  CATALOG_CORS_ORIGINS: 'https://dashboard.example',
};

let catalog: TestApp;
let token: string;
let held: PoolClient;
let waiting: Promise<TestResponse>[];

const list = (path: string) => catalog.request('GET', path, { token });

beforeAll(async () => {
  catalog = await startTestApp(NARROW);
  token = await catalog.adminToken();
  await list('/image/v2/images');
  held = await catalog.database.pool.connect();
  // Each for another page: those who want the same wait together.
  waiting = Array.from({ length: WAITING }, (_, index) =>
    list(`/image/v2/images?limit=${index + 1}`),
  );
  while (!catalog.database.isBusy) await nextTurn();
});

afterAll(() => catalog.close());

describe('while as many requests wait for the database as may', () => {
  it.each(['/image/v2/images', '/compute/v2.1/images', '/identity/v3/projects'])(
    'refuses %s at once, and says when to come again',
    async (path) => {
      const reply = await list(path);
      expect(reply.status).toBe(503);
      expect(reply.headers['retry-after']).toBe('1');
      expect(reply.headers['x-openstack-request-id']).toMatch(/^req-/);
      expect(reply.headers['x-compute-request-id'] !== undefined).toBe(path.startsWith('/compute'));
      expect(reply.headers['x-content-type-options']).toBe('nosniff');
      expect(JSON.stringify(reply.body)).toContain('The service is busy.');
    },
  );

  it('refuses requests with a body, and reads what follows on the same connection', async () => {
    const body = { name: 'x'.repeat(100_000) };
    const replies = [
      await catalog.request('POST', '/image/v2/images', { token, body }),
      await catalog.request('GET', '/image/v2/images', { token }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([503, 503]);
  });

  it('refuses a request that a page of another origin sends so that the page can tell', async () => {
    const headers = { origin: 'https://dashboard.example' };
    const reply = await catalog.request('GET', '/image/v2/images', { token, headers });
    expect(reply.status).toBe(503);
    expect(reply.headers['access-control-allow-origin']).toBe('https://dashboard.example');
  });

  it('refuses without a word in the log of faults', async () => {
    const faults = jest.spyOn(Logger.prototype, 'error');
    expect((await list('/image/v2/images')).status).toBe(503);
    expect(faults).not.toHaveBeenCalled();
    faults.mockRestore();
  });

  it('goes on to say that it lives', async () => {
    expect((await catalog.request('GET', '/healthz')).status).toBe(200);
  });

  it('refuses what the pool itself is asked for', async () => {
    await expect(catalog.database.pool.query('SELECT 1')).rejects.toThrow('busy');
    await expect(catalog.database.pool.connect()).rejects.toThrow('busy');
    const count = catalog.database.write((prisma) => prisma.image.count());
    await expect(count).rejects.toThrow('temporarily unavailable');
  });

  it('answers whoever waited, and everybody afterwards', async () => {
    held.release();
    const replies = await Promise.all(waiting);
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect((await list('/image/v2/images')).status).toBe(200);
  });
});

describe('while as many requests of the last second are unanswered as may', () => {
  let full: TestApp;
  let connection: PoolClient;
  const asked: Promise<TestResponse>[] = [];
  /** @returns the statuses of so many requests, null for those that are not answered for a while */
  const ask = (count: number): Promise<(number | null)[]> => {
    const replies = Array.from({ length: count }, () =>
      full.request('GET', '/image/v2/images', { token }),
    );
    asked.push(...replies);
    const statusOf = async (reply: Promise<TestResponse>): Promise<number | null> =>
      (await Promise.race([reply, sleep(2000, null)]))?.status ?? null;
    return Promise.all(replies.map(statusOf));
  };

  beforeAll(async () => {
    full = await startTestApp({
      CATALOG_DATABASE_POOL_SIZE: '1',
      CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '60000',
      CATALOG_HTTP_QUEUE: String(WAITING),
    });
    token = await full.adminToken();
    connection = await full.database.pool.connect();
  });

  afterAll(() => full.close());

  it('refuses at once what comes then, and takes what comes a second later', async () => {
    const statuses = await ask(3 * WAITING);
    expect(new Set(statuses)).toEqual(new Set([null, 503]));
    await sleep(1100);
    await expect(ask(1)).resolves.toEqual([null]);
  });

  it('answers all whom it took', async () => {
    connection.release();
    const statuses = (await Promise.all(asked)).map((reply) => reply.status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(WAITING);
    expect(statuses.at(-1)).toBe(200);
  });
});
