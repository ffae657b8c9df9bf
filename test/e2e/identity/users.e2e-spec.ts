import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { IdentityFixture, idsOf, logIn, tokenOf, unique } from '../../support/identity.js';
import { execute } from '../../support/test-server.js';

const USERS = '/identity/v3/users';

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
});

afterAll(() => identity.app.close());

const asAdmin = (method: Method, path = '', body?: unknown) =>
  identity.app.request(method, `${USERS}${path}`, { token: identity.adminToken, body });
const create = (user: object) => asAdmin('POST', '', { user });

describe('POST /v3/users', () => {
  it('201 shows the new user without the password', async () => {
    const name = unique('ann');
    const user = { name, password: 'secret', email: 'ann@example.com', domain_id: 'default' };
    const reply = await create(user);
    const { id } = reply.body.user;
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        name,
        domain_id: 'default',
        enabled: true,
        password_expires_at: null,
        options: {},
        email: 'ann@example.com',
        links: { self: `${await identity.app.listen()}${USERS}/${id}` },
      },
    });
  });

  it('keeps the password as an Argon2id hash', async () => {
    const { id } = await identity.createUser({ password: 'a secret' });
    const { rows } = await execute(
      identity.app.databaseUrl,
      `SELECT password_hash FROM identity_users WHERE id = '${id}'`,
    );
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it.each<[string, object]>([
    ['no name', { password: 'x' }],
    ['an empty password', { name: 'x', password: '' }],
    ['a password of more than 4096 bytes', { name: 'x', password: 'é'.repeat(2049) }],
    ['a password that is no text', { name: 'x', password: 5 }],
    ['an email that is no text', { name: 'x', email: {} }],
    ['an empty list', []],
    ['a list of users', [{ name: 'x' }]],
  ])('400 for %s', async (_what, user) => {
    expect((await create(user)).status).toBe(400);
  });

  it('403 for members', async () => {
    const body = { user: { name: 'x' } };
    expect((await identity.app.request('POST', USERS, { token: ann.token, body })).status).toBe(
      403,
    );
  });

  it('404 for an unknown domain, 409 for a name that is taken', async () => {
    expect((await create({ name: unique('x'), domain_id: 'nowhere' })).status).toBe(404);
    expect((await create({ name: 'admin' })).status).toBe(409);
  });
});

describe('GET /v3/users', () => {
  it('200 filters by name', async () => {
    const reply = await asAdmin('GET', `?name=${ann.name}`);
    expect(idsOf(reply.body.users)).toEqual([ann.id]);
  });

  it('403 for members', async () => {
    expect((await identity.app.request('GET', USERS, { token: ann.token })).status).toBe(403);
  });
});

describe('GET /v3/users/{id}', () => {
  it('200 for oneself, 403 for others, 404 for an unknown one', async () => {
    const bob = await identity.createUser();
    const show = (id: string) =>
      identity.app.request('GET', `${USERS}/${id}`, { token: ann.token });
    expect((await show(ann.id)).body.user.name).toBe(ann.name);
    expect((await show(bob.id)).status).toBe(403);
    expect((await show('unknown')).status).toBe(403);
    expect((await asAdmin('GET', '/unknown')).status).toBe(404);
  });
});

describe('PATCH /v3/users/{id}', () => {
  it('200 changes what is sent, and null takes optional values away', async () => {
    const { id } = await identity.createUser({ email: 'a@example.com', description: 'First' });
    const reply = await asAdmin('PATCH', `/${id}`, { user: { email: null, name: unique('new') } });
    expect(reply.status).toBe(200);
    expect(reply.body.user).not.toHaveProperty('email');
    expect(reply.body.user.description).toBe('First');
  });

  it('200 sets a password', async () => {
    const user = await identity.createUser();
    await asAdmin('PATCH', `/${user.id}`, { user: { password: 'another' } });
    expect((await logIn(identity.app, user)).status).toBe(401);
    expect((await logIn(identity.app, { ...user, password: 'another' })).status).toBe(201);
  });

  it('403 for oneself, 404 for an unknown one, 409 for a name that is taken', async () => {
    const body = { user: { name: 'admin' } };
    const url = `${USERS}/${ann.id}`;
    const own = await identity.app.request('PATCH', url, { token: ann.token, body });
    expect(own.status).toBe(403);
    expect((await asAdmin('PATCH', '/unknown', body)).status).toBe(404);
    expect((await asAdmin('PATCH', `/${ann.id}`, body)).status).toBe(409);
  });
});

describe('DELETE /v3/users/{id}', () => {
  it('204 removes the user', async () => {
    const user = await identity.createUser();
    expect((await asAdmin('DELETE', `/${user.id}`)).status).toBe(204);
    expect((await logIn(identity.app, user)).status).toBe(401);
    expect((await asAdmin('DELETE', `/${user.id}`)).status).toBe(404);
  });

  it('403 for members', async () => {
    const url = `${USERS}/${ann.id}`;
    expect((await identity.app.request('DELETE', url, { token: ann.token })).status).toBe(403);
  });
});

describe('POST /v3/users/{id}/password', () => {
  const change = (member: Member, original: string, password: string, id = member.id) =>
    identity.app.request('POST', `${USERS}/${id}/password`, {
      token: member.token,
      body: { user: { original_password: original, password } },
    });

  it('204 changes the password and ends every token of the user', async () => {
    const bob = await identity.member();
    const other = tokenOf(await logIn(identity.app, bob));
    expect((await change(bob, bob.password, 'another')).status).toBe(204);
    for (const token of [bob.token, other]) {
      expect((await identity.app.request('GET', '/v2/images', { token })).status).toBe(401);
    }
    expect((await logIn(identity.app, bob)).status).toBe(401);
    expect((await logIn(identity.app, { ...bob, password: 'another' })).status).toBe(201);
  });

  it('400 for a password of more than 4096 bytes, or none', async () => {
    expect((await change(ann, ann.password, 'x'.repeat(4097))).status).toBe(400);
    expect((await change(ann, ann.password, '')).status).toBe(400);
  });

  it('204 for whoever shows the present one', async () => {
    const bob = await identity.member();
    expect((await change(ann, bob.password, 'another', bob.id)).status).toBe(204);
    expect((await logIn(identity.app, { ...bob, password: 'another' })).status).toBe(201);
  });

  it('401 for a wrong original password, an unknown user, and without a token', async () => {
    expect((await change(ann, 'wrong', 'another')).status).toBe(401);
    expect((await change(ann, ann.password, 'another', 'unknown')).status).toBe(401);
    expect((await change({ ...ann, token: '' }, ann.password, 'another')).status).toBe(401);
    expect((await logIn(identity.app, ann)).status).toBe(201);
  });
});

describe('what users belong to', () => {
  const get = (path: string, token: string) =>
    identity.app.request('GET', `/identity/v3/${path}`, { token });

  it('200 lists the projects of a user', async () => {
    const reply = await get(`users/${ann.id}/projects`, ann.token);
    expect(idsOf(reply.body.projects)).toEqual([ann.projectId]);
  });

  it('200 knows no groups', async () => {
    expect((await get(`users/${ann.id}/groups`, ann.token)).body.groups).toEqual([]);
    expect((await get('groups', identity.adminToken)).body.groups).toEqual([]);
  });

  it('403 for others, 404 for an unknown user', async () => {
    const bob = await identity.createUser();
    expect((await get(`users/${bob.id}/projects`, ann.token)).status).toBe(403);
    expect((await get(`users/${bob.id}/groups`, ann.token)).status).toBe(403);
    expect((await get('groups', ann.token)).status).toBe(403);
    expect((await get('users/unknown/projects', identity.adminToken)).status).toBe(404);
  });
});
