import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { FlakyProxy } from '../../support/flaky-proxy.js';
import { ADMIN_PASSWORD, IdentityFixture, logIn, tokenOf } from '../../support/identity.js';

/** What the identity answers while its database is down, and while many log in at once. */

let testDatabase: TestDatabase;
let line: FlakyProxy;
let identity: IdentityFixture;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  line = await FlakyProxy.start(testDatabase.url);
  identity = await IdentityFixture.start({
    DATABASE_URL: line.url,
    CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '10000',
  });
});

afterAll(async () => {
  await identity.app.close();
  await line.stop();
  await testDatabase.drop();
});

const asAdmin = () => logIn(identity.app, { name: 'admin', password: ADMIN_PASSWORD });
/** Needs a valid token and nothing of the database. */
const schema = async (token: string) =>
  (await identity.app.request('GET', '/v2/schemas/image', { token })).status;

describe('503', () => {
  it('when the database is down, never 401; tokens in use go on, and all recovers by itself', async () => {
    const [inUse, unseen] = [tokenOf(await asAdmin()), tokenOf(await asAdmin())];
    expect(await schema(inUse)).toBe(200);
    line.cut();
    const refused = await asAdmin();
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.body.error).toMatchObject({ code: 503, title: 'Service Unavailable' });
    expect(await schema(unseen)).toBe(503);
    expect(await schema(inUse)).toBe(200);
    expect(await schema('nonsense')).toBe(401);
    line.restore();
    expect((await asAdmin()).status).toBe(201);
    expect(await schema(unseen)).toBe(200);
  });

  it('for the services of a log-in that was under way', async () => {
    const replies = Promise.all(Array.from({ length: 4 }, asAdmin));
    line.cut();
    const statuses = (await replies).map(({ status }) => status);
    line.restore();
    expect(statuses.every((status) => status === 201 || status === 503)).toBe(true);
  });
});

describe('many log-ins', () => {
  it('at once are all answered, and requests with a token do not wait for them', async () => {
    const token = tokenOf(await asAdmin());
    await schema(token);
    const logIns = Array.from({ length: 30 }, async () => (await asAdmin()).status);
    const all = { ended: false };
    void Promise.allSettled(logIns).then(() => (all.ended = true));
    let answered = 0;
    while (!all.ended) if ((await schema(token)) === 200) answered += 1;
    expect(new Set(await Promise.all(logIns))).toEqual(new Set([201]));
    // One after the other, each of these would have been in front of one log-in at most.
    expect(answered).toBeGreaterThan(30);
  });
});
