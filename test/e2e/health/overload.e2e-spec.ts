import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startTestApp, type TestApp, type TestResponse } from '../../support/app.js';

const WAITING = 10;

/** One connection, which the test holds, and ten who may wait for it. */
const NARROW = {
  CATALOG_DATABASE_POOL_SIZE: '1',
  CATALOG_DATABASE_QUEUE: String(WAITING),
  CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '60000',
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
  waiting = Array.from({ length: WAITING }, () => list('/image/v2/images'));
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
    },
  );

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
