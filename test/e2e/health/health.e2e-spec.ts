import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { FlakyProxy } from '../../support/flaky-proxy.js';
import { startMultipartServer } from '../../support/s3-server.js';

const READY = ['/readyz', '/healthcheck'];

describe('health', () => {
  let database: TestDatabase;
  let proxy: FlakyProxy;
  let app: TestApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    proxy = await FlakyProxy.start(database.url);
    app = await startTestApp({ DATABASE_URL: proxy.url });
  });

  afterAll(async () => {
    await app.close();
    await proxy.stop();
    await database.drop();
  });

  it.each(['/healthz', ...READY])('answers %s with 200 and no token', async (path) => {
    const { status, headers, text } = await app.request('GET', path);

    expect({ status, text }).toEqual({ status: 200, text: 'OK' });
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });

  it('is alive but not ready while the database is down, and ready when it is back', async () => {
    proxy.cut();
    for (const path of READY) expect((await app.request('GET', path)).status).toBe(503);
    expect((await app.request('GET', '/healthz')).status).toBe(200);

    proxy.restore();
    for (const path of READY) expect((await app.request('GET', path)).status).toBe(200);
  });

  it('is not ready while a migration of this release is missing, and is while there are newer ones', async () => {
    const { pool } = app.database;
    const change = (sql: string) => pool.query(`UPDATE _prisma_migrations SET ${sql}`);
    await change(`rolled_back_at = now() WHERE migration_name = '20261122000000_images'`);
    expect((await app.request('GET', '/readyz')).status).toBe(503);
    await change('rolled_back_at = NULL');
    await pool.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
      VALUES ('next', '', '29991231000000_of_the_next_release', now())`);
    expect((await app.request('GET', '/readyz')).status).toBe(200);
  });
});

describe('a service whose default store is away', () => {
  it('is alive but not ready, and is ready when the store is back', async () => {
    const server = await startMultipartServer();
    const { endpoint, bucket } = server.settings;
    const store = {
      id: 'cold',
      driver: 's3',
      endpoint,
      bucket,
      default: true,
      region: 'us-east-1',
    };
    const keys = { accessKeyId: 'S3RVER', secretAccessKey: { env: 'S3_SECRET' } };
    const app = await startTestApp({
      CATALOG_STORES: JSON.stringify([{ ...store, ...keys }]),
      S3_SECRET: 'S3RVER',
    });

    server.relay.fault = () => 'reset';
    expect((await app.request('GET', '/readyz')).status).toBe(503);
    expect((await app.request('GET', '/healthz')).status).toBe(200);
    server.relay.fault = () => null;
    expect((await app.request('GET', '/readyz')).status).toBe(200);

    await app.close();
    await server.close();
  });
});
