import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  IdentityFixture,
  authenticate,
  logIn,
  namesOf,
  tokenOf,
  unique,
} from '../../support/identity.js';

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;

beforeAll(async () => {
  identity = await IdentityFixture.start();
});

beforeEach(async () => {
  ann = await identity.member('manager');
});

afterAll(() => identity.app.close());

const urlOf = (user: Member, id = '') =>
  `/identity/v3/users/${user.id}/application_credentials${id && `/${id}`}`;
const create = (properties: object = {}, token = ann.token, user = ann) =>
  identity.app.request('POST', urlOf(user), {
    token,
    body: { application_credential: { name: unique('robot'), ...properties } },
  });
const created = async (properties: object = {}) =>
  (await create(properties)).body.application_credential;
const logInWith = (credential: object, scope?: object) =>
  authenticate(identity.app, {
    identity: { methods: ['application_credential'], application_credential: credential },
    ...(scope && { scope }),
  });

describe('POST /v3/users/{id}/application_credentials', () => {
  it('201 shows the credential, and its secret this once', async () => {
    const reply = await create({ name: 'robot', description: 'Builds' });
    const credential = reply.body.application_credential;
    expect(reply.status).toBe(201);
    expect(credential).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'robot',
      description: 'Builds',
      user_id: ann.id,
      project_id: ann.projectId,
      roles: ['manager', 'member', 'reader'].map((name) => ({
        id: expect.any(String),
        name,
        domain_id: null,
      })),
      expires_at: null,
      unrestricted: false,
      secret: expect.stringMatching(/^[\w-]{64}$/),
      links: { self: `${await identity.app.listen()}${urlOf(ann, credential.id)}` },
    });
    const { secret, ...shown } = credential;
    const url = urlOf(ann, credential.id);
    const again = await identity.app.request('GET', url, { token: ann.token });
    expect(again.body.application_credential).toEqual(shown);
    expect(again.text).not.toContain(secret);
  });

  it('201 takes a secret, roles by name or id, and an end', async () => {
    const readerId = await identity.roleId('reader');
    const credential = await created({
      secret: 'of my own',
      roles: [{ name: 'member' }, { id: readerId }],
      expires_at: '2099-01-01T02:00:00.123456+02:00',
      unrestricted: true,
    });
    expect(credential).toMatchObject({
      secret: 'of my own',
      expires_at: '2099-01-01T00:00:00.123456',
      unrestricted: true,
    });
    expect(namesOf(credential.roles)).toEqual(['member', 'reader']);
  });

  it.each<[string, object]>([
    ['no name', { name: undefined }],
    ['an end in the past', { expires_at: '2020-01-01T00:00:00' }],
    ['an end that is no time', { expires_at: 'tomorrow' }],
    ['a role that the user has not', { roles: [{ name: 'admin' }] }],
    ['a role without id and name', { roles: [{}] }],
    ['an empty list of roles', { roles: [] }],
    ['access rules', { access_rules: [{ path: '/v2/images', method: 'GET', service: 'image' }] }],
    ['an empty list of access rules', { access_rules: [] }],
  ])('400 for %s', async (_what, properties) => {
    expect((await create(properties)).status).toBe(400);
  });

  it('403 for somebody else, administrators too, and without a project', async () => {
    const bob = await identity.member();
    expect((await create({}, bob.token)).status).toBe(403);
    expect((await create({}, identity.adminToken)).status).toBe(403);
    const unscoped = tokenOf(await logIn(identity.app, { ...ann, scope: 'unscoped' }));
    expect((await create({}, unscoped)).status).toBe(403);
  });

  it('409 for a name that the user has used, and not for the same name of another user', async () => {
    const bob = await identity.member();
    expect((await create({ name: 'robot' })).status).toBe(201);
    expect((await create({ name: 'robot' })).status).toBe(409);
    expect((await create({ name: 'robot' }, bob.token, bob)).status).toBe(201);
  });
});

describe('logging in with one', () => {
  it.each<[string, (credential: { id: string; name: string }) => object]>([
    ['its id', ({ id }) => ({ id })],
    ['its name and the id of the user', ({ name }) => ({ name, user: { id: ann.id } })],
    [
      'its name and the name of the user',
      ({ name }) => ({ name, user: { name: ann.name, domain: { id: 'default' } } }),
    ],
  ])('201 by %s', async (_how, reference) => {
    const credential = await created();
    const reply = await logInWith({ ...reference(credential), secret: credential.secret });
    expect(reply.status).toBe(201);
    expect(reply.body.token).toMatchObject({
      methods: ['application_credential'],
      user: { id: ann.id },
      project: { id: ann.projectId },
      application_credential: { id: credential.id, name: credential.name, restricted: true },
    });
  });

  it('201 has the roles of the credential only', async () => {
    const { id, secret } = await created({ roles: [{ name: 'reader' }] });
    const reply = await logInWith({ id, secret });
    expect(namesOf(reply.body.token.roles)).toEqual(['reader']);
    const image = { token: tokenOf(reply), body: { name: 'x' } };
    expect((await identity.app.request('POST', '/v2/images', image)).status).toBe(403);
  });

  it('201 ends with the credential', async () => {
    const end = new Date(Date.now() + 300_000).toISOString();
    const { id, secret } = await created({ expires_at: end });
    const reply = await logInWith({ id, secret });
    expect(Date.parse(reply.body.token.expires_at)).toBe(Date.parse(end));
  });

  it('401 with a scope, a wrong secret, an unknown id', async () => {
    const { id, secret } = await created();
    const scope = { project: { id: ann.projectId } };
    expect((await logInWith({ id, secret }, scope)).status).toBe(401);
    expect((await logInWith({ id, secret: 'wrong' })).status).toBe(401);
    expect((await logInWith({ id: 'unknown', secret })).status).toBe(401);
  });

  it('401 when the user is disabled, or has lost the roles', async () => {
    const { id, secret } = await created({ roles: [{ name: 'reader' }] });
    await identity.revoke(`projects/${ann.projectId}`, ann.id, 'manager');
    expect((await logInWith({ id, secret })).status).toBe(401);
    const bob = await identity.member();
    const { body } = await create({}, bob.token, bob);
    const url = `/identity/v3/users/${bob.id}`;
    const disable = { token: identity.adminToken, body: { user: { enabled: false } } };
    await identity.app.request('PATCH', url, disable);
    const credential = body.application_credential;
    expect((await logInWith({ id: credential.id, secret: credential.secret })).status).toBe(401);
  });

  it('never leads out of its project, nor to more roles, by way of its token', async () => {
    const other = await identity.createProject();
    await identity.grant(`projects/${other.id}`, ann.id, 'member');
    const { id, secret } = await created({ roles: [{ name: 'reader' }] });
    const token = { id: tokenOf(await logInWith({ id, secret })) };
    const rescope = (scope?: unknown) =>
      authenticate(identity.app, {
        identity: { methods: ['token'], token },
        ...(scope !== undefined && { scope }),
      });
    expect((await rescope({ project: { id: other.id } })).status).toBe(401);
    expect((await rescope('unscoped')).status).toBe(401);
    const same = await rescope();
    expect(same.body.token.application_credential.id).toBe(id);
    expect(namesOf(same.body.token.roles)).toEqual(['reader']);
  });

  it('403 to make or remove credentials, unless it is unrestricted', async () => {
    const restricted = await created();
    const unrestricted = await created({ unrestricted: true });
    const tokenFrom = async ({ id, secret }: { id: string; secret: string }) =>
      tokenOf(await logInWith({ id, secret }));
    const remove = (token: string) =>
      identity.app.request('DELETE', urlOf(ann, restricted.id), { token });
    expect((await create({}, await tokenFrom(restricted))).status).toBe(403);
    expect((await remove(await tokenFrom(restricted))).status).toBe(403);
    expect((await create({}, await tokenFrom(unrestricted))).status).toBe(201);
    expect((await remove(await tokenFrom(unrestricted))).status).toBe(204);
  });
});

describe('GET and DELETE /v3/users/{id}/application_credentials', () => {
  it('200 lists the own ones, by name too', async () => {
    await created({ name: 'b' });
    await created({ name: 'a' });
    const list = async (query = '') => {
      const reply = await identity.app.request('GET', `${urlOf(ann)}${query}`, {
        token: ann.token,
      });
      return namesOf(reply.body.application_credentials);
    };
    expect(await list()).toEqual(['a', 'b']);
    expect(await list('?name=b')).toEqual(['b']);
  });

  it('204 removes it and ends its tokens at once', async () => {
    const { id, secret } = await created();
    const token = tokenOf(await logInWith({ id, secret }));
    const images = () => identity.app.request('GET', '/v2/images', { token });
    expect((await images()).status).toBe(200);
    const reply = await identity.app.request('DELETE', urlOf(ann, id), { token: ann.token });
    expect(reply.status).toBe(204);
    expect((await images()).status).toBe(401);
    expect((await logInWith({ id, secret })).status).toBe(401);
  });

  it('403 for others, 404 for an unknown one and for one of somebody else', async () => {
    const bob = await identity.member();
    const { id } = await created();
    const request = (method: 'GET' | 'DELETE', url: string, token: string) =>
      identity.app.request(method, url, { token });
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await request(method, urlOf(ann, id), bob.token)).status).toBe(403);
      expect((await request(method, urlOf(bob, id), bob.token)).status).toBe(404);
      expect((await request(method, urlOf(ann, 'unknown'), ann.token)).status).toBe(404);
    }
    expect((await request('GET', urlOf(ann), bob.token)).status).toBe(403);
  });
});
