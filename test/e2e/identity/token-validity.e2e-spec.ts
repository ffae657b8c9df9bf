import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';
import { ADMIN_PASSWORD, IdentityFixture, logIn, tokenOf } from '../../support/identity.js';

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
/** A second process, as far as the identity can tell: it shares the database and nothing else. */
let replica: TestApp;
let ann: Member;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  replica = await startTestApp({
    DATABASE_URL: identity.app.databaseUrl,
    CATALOG_ADMIN_PASSWORD: ADMIN_PASSWORD,
  });
  await replica.listen();
});

beforeEach(async () => {
  ann = await identity.member();
});

afterAll(async () => {
  await replica.close();
  await identity.app.close();
});

const statusOn = async (app: TestApp, token: string) =>
  (await app.request('GET', '/v2/images', { token })).status;

const admin = async (method: 'PATCH' | 'DELETE', path: string, body?: object): Promise<void> => {
  const { adminToken: token, app } = identity;
  const reply = await app.request(method, `/identity/v3/${path}`, { token, body });
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.text}`);
};

const endings: [string, (member: Member) => Promise<void>][] = [
  ['the user is disabled', ({ id }) => admin('PATCH', `users/${id}`, { user: { enabled: false } })],
  ['the user is deleted', ({ id }) => admin('DELETE', `users/${id}`)],
  ['the password is set', ({ id }) => admin('PATCH', `users/${id}`, { user: { password: 'x' } })],
  [
    'the project is disabled',
    ({ projectId }) => admin('PATCH', `projects/${projectId}`, { project: { enabled: false } }),
  ],
  ['the project is deleted', ({ projectId }) => admin('DELETE', `projects/${projectId}`)],
  [
    'the last role is taken',
    ({ id, projectId }) => identity.revoke(`projects/${projectId}`, id, 'member'),
  ],
  [
    'it is revoked',
    async ({ token }) => {
      const headers = { 'x-subject-token': token };
      await identity.app.request('DELETE', '/identity/v3/auth/tokens', { token, headers });
    },
  ],
];

describe('a token ends', () => {
  it.each(endings)('at once when %s', async (_what, end) => {
    expect(await statusOn(identity.app, ann.token)).toBe(200);
    await end(ann);
    expect(await statusOn(identity.app, ann.token)).toBe(401);
  });

  it('on every other replica within five seconds, whatever ends it', async () => {
    const members = await Promise.all(endings.map(() => identity.member()));
    const statuses = () => Promise.all(members.map(({ token }) => statusOn(replica, token)));
    expect(new Set(await statuses())).toEqual(new Set([200]));
    await Promise.all(endings.map(([, end], index) => end(members[index]!)));
    const deadline = Date.now() + 5000;
    let seen = await statuses();
    while (seen.includes(200) && Date.now() < deadline) seen = await statuses();
    expect(new Set(seen)).toEqual(new Set([401]));
  });

  it('at once when the domain of the user is disabled', async () => {
    const token = identity.adminToken;
    const created = await identity.app.request('POST', '/identity/v3/domains', {
      token,
      body: { domain: { name: 'eng' } },
    });
    const domainId = created.body.domain.id;
    const eve = await identity.createUser({ domain_id: domainId });
    await identity.grant(`projects/${ann.projectId}`, eve.id, 'member');
    const reply = await identity.app.request('POST', '/identity/v3/auth/tokens', {
      body: {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { id: eve.id, password: eve.password } },
          },
          scope: { project: { id: ann.projectId } },
        },
      },
    });
    expect(await statusOn(identity.app, tokenOf(reply))).toBe(200);
    await admin('PATCH', `domains/${domainId}`, { domain: { enabled: false } });
    expect(await statusOn(identity.app, tokenOf(reply))).toBe(401);
  });
});

describe('a token of before', () => {
  it('does not come back when the user is enabled again', async () => {
    await admin('PATCH', `users/${ann.id}`, { user: { enabled: false } });
    await admin('PATCH', `users/${ann.id}`, { user: { enabled: true } });
    expect(await statusOn(identity.app, ann.token)).toBe(401);
    const fresh = await logIn(identity.app, { ...ann, scope: { project: { id: ann.projectId } } });
    expect(await statusOn(identity.app, tokenOf(fresh))).toBe(200);
  });

  it('is accepted by every replica', async () => {
    expect(await statusOn(replica, ann.token)).toBe(200);
  });
});

describe('what a caller claims to be', () => {
  it('does not count: forged identity headers change nothing', async () => {
    const headers = {
      'x-roles': 'admin',
      'x-user-id': 'admin',
      'x-project-id': 'admin',
      'x-identity-status': 'Confirmed',
      'x-is-admin-project': 'true',
    };
    const { app } = identity;
    const request = { token: ann.token, headers };
    expect((await app.request('GET', '/identity/v3/users', request)).status).toBe(403);
    expect((await app.request('GET', '/identity/v3/users', { headers })).status).toBe(401);
  });

  it('needs a project for what belongs to one', async () => {
    const unscoped = tokenOf(await logIn(identity.app, { ...ann, scope: 'unscoped' }));
    expect(await statusOn(identity.app, unscoped)).toBe(403);
  });
});
