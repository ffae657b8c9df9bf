import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { FlakyProxy } from '../../support/flaky-proxy.js';

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
});
