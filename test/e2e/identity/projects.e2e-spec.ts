import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { IdentityFixture, logIn, namesOf, tokenOf, unique } from '../../support/identity.js';

const PROJECTS = '/identity/v3/projects';

let identity: IdentityFixture;
let ann: Awaited<ReturnType<IdentityFixture['member']>>;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
});

afterAll(() => identity.app.close());

const asAdmin = (method: Method, path = '', body?: unknown) =>
  identity.app.request(method, `${PROJECTS}${path}`, { token: identity.adminToken, body });
const create = (project: object) => asAdmin('POST', '', { project });

describe('POST /v3/projects', () => {
  it('201 shows the new project', async () => {
    const name = unique('demo');
    const reply = await create({ name, domain_id: 'default', description: 'Trial', tags: ['a'] });
    const { id } = reply.body.project;
    expect(reply.status).toBe(201);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(reply.body).toEqual({
      project: {
        id,
        name,
        domain_id: 'default',
        description: 'Trial',
        enabled: true,
        parent_id: 'default',
        is_domain: false,
        tags: ['a'],
        options: {},
        links: { self: `${await identity.app.listen()}${PROJECTS}/${id}` },
      },
    });
    expect((await asAdmin('GET', `/${id}`)).body).toEqual(reply.body);
  });

  it.each<[string, unknown]>([
    ['no project', {}],
    ['a project that is no object', { project: 'demo' }],
    ['no name', { project: {} }],
    ['an empty name', { project: { name: '' } }],
    ['a blank name', { project: { name: '  ' } }],
    ['a name of 65 characters', { project: { name: 'x'.repeat(65) } }],
    ['a name that is no text', { project: { name: 5 } }],
    ['enabled that is no boolean', { project: { name: 'x', enabled: 'yes' } }],
    ['tags that are no list', { project: { name: 'x', tags: 'a' } }],
    ['a parent that is another project', { project: { name: 'x', parent_id: 'a'.repeat(32) } }],
    ['a project that acts as a domain', { project: { name: 'x', is_domain: true } }],
    ['U+0000 in the name', { project: { name: 'a\u0000b' } }],
  ])('400 for %s', async (_what, body) => {
    const reply = await asAdmin('POST', '', body);
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({ code: 400, title: 'Bad Request' });
  });

  it('401 without a token', async () => {
    const body = { project: { name: unique('demo') } };
    expect((await identity.app.request('POST', PROJECTS, { body })).status).toBe(401);
  });

  it('403 for everybody but administrators', async () => {
    const body = { project: { name: unique('demo') } };
    const reply = await identity.app.request('POST', PROJECTS, { token: ann.token, body });
    expect(reply.status).toBe(403);
    expect(reply.body.error).toMatchObject({ code: 403, title: 'Forbidden' });
  });

  it('404 for an unknown domain', async () => {
    expect((await create({ name: 'x', domain_id: 'nowhere' })).status).toBe(404);
  });

  it('409 for a name that is taken in the domain, for one of two at once too', async () => {
    const name = unique('demo');
    const replies = await Promise.all([create({ name }), create({ name })]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });
});

describe('GET /v3/projects', () => {
  it('200 filters by name, domain and state', async () => {
    const [name, disabled] = [unique('p'), unique('p')];
    await create({ name });
    await create({ name: disabled, enabled: false });
    const list = async (query: string) => namesOf((await asAdmin('GET', query)).body.projects);
    expect(await list(`?name=${name}`)).toEqual([name]);
    expect(await list(`?name=${name}&domain_id=nowhere`)).toEqual([]);
    expect(await list(`?name=${disabled}&enabled=false`)).toEqual([disabled]);
    expect(await list(`?name=${disabled}&enabled=True`)).toEqual([]);
    expect(await list('?name=nothing-of-the-kind')).toEqual([]);
  });

  it('200 pages by name, each project once', async () => {
    const names = [1, 2, 3, 4, 5].map((number) => `page-${number}`);
    for (const name of names.toReversed()) await create({ name });
    const { body: all } = await asAdmin('GET');
    expect(all.links).toEqual({
      next: null,
      previous: null,
      self: `${await identity.app.listen()}${PROJECTS}`,
    });
    const seen: string[] = [];
    let url: string | null = `${PROJECTS}?limit=2`;
    while (url !== null) {
      const { body }: Awaited<ReturnType<typeof asAdmin>> = await identity.app.request('GET', url, {
        token: identity.adminToken,
      });
      seen.push(...namesOf(body.projects));
      expect(body.truncated).toBe(body.links.next === null ? undefined : true);
      url = body.links.next && new URL(body.links.next).pathname + new URL(body.links.next).search;
    }
    expect(seen).toEqual(namesOf(all.projects));
    expect(seen.filter((name) => names.includes(name))).toEqual(names);
  });

  it.each(['?limit=0', '?limit=-1', '?limit=x', '?marker=unknown', `?name=${'x'.repeat(256)}`])(
    '400 for %s',
    async (query) => {
      expect((await asAdmin('GET', query)).status).toBe(400);
    },
  );

  it('403 for members, 200 for readers of the system', async () => {
    const reader = await identity.createUser();
    await identity.grant('system', reader.id, 'reader');
    const reply = await logIn(identity.app, { ...reader, scope: { system: { all: true } } });
    const list = (token: string) => identity.app.request('GET', PROJECTS, { token });
    expect((await list(ann.token)).status).toBe(403);
    expect((await list(tokenOf(reply))).status).toBe(200);
  });
});

describe('GET /v3/projects/{id}', () => {
  it('200 for whoever works in it', async () => {
    const url = `${PROJECTS}/${ann.projectId}`;
    const reply = await identity.app.request('GET', url, { token: ann.token });
    expect(reply.status).toBe(200);
    expect(reply.body.project.id).toBe(ann.projectId);
  });

  it('403 for others, whether it exists or not', async () => {
    const { id } = await identity.createProject();
    for (const path of [id, 'unknown']) {
      const reply = await identity.app.request('GET', `${PROJECTS}/${path}`, { token: ann.token });
      expect(reply.status).toBe(403);
    }
  });

  it('404 for a name in place of an id', async () => {
    const reply = await asAdmin('GET', '/admin');
    expect(reply.status).toBe(404);
    expect(reply.body.error).toEqual({
      code: 404,
      title: 'Not Found',
      message: "Could not find project: 'admin'.",
    });
  });
});

describe('PATCH /v3/projects/{id}', () => {
  it('200 changes what is sent and nothing else', async () => {
    const { id, name } = await identity.createProject();
    const reply = await asAdmin('PATCH', `/${id}`, {
      project: { description: 'New', tags: ['b'] },
    });
    expect(reply.status).toBe(200);
    expect(reply.body.project).toMatchObject({ id, name, description: 'New', tags: ['b'] });
    const again = await asAdmin('PATCH', `/${id}`, { project: { name: `${name}-2` } });
    expect(again.body.project).toMatchObject({ name: `${name}-2`, description: 'New' });
  });

  it('400 for an empty name', async () => {
    const { id } = await identity.createProject();
    expect((await asAdmin('PATCH', `/${id}`, { project: { name: '' } })).status).toBe(400);
  });

  it('403 for members, 404 for an unknown project, 409 for a name that is taken', async () => {
    const { id } = await identity.createProject();
    const body = { project: { name: 'admin' } };
    const url = `${PROJECTS}/${id}`;
    const asMember = await identity.app.request('PATCH', url, { token: ann.token, body });
    expect(asMember.status).toBe(403);
    expect((await asAdmin('PATCH', '/unknown', body)).status).toBe(404);
    expect((await asAdmin('PATCH', `/${id}`, body)).status).toBe(409);
  });
});

describe('DELETE /v3/projects/{id}', () => {
  it('204 removes it', async () => {
    const { id } = await identity.createProject();
    expect((await asAdmin('DELETE', `/${id}`)).status).toBe(204);
    expect((await asAdmin('GET', `/${id}`)).status).toBe(404);
  });

  it('403 for members, 404 for an unknown project', async () => {
    const url = `${PROJECTS}/${ann.projectId}`;
    expect((await identity.app.request('DELETE', url, { token: ann.token })).status).toBe(403);
    expect((await asAdmin('DELETE', '/unknown')).status).toBe(404);
  });
});

describe('405', () => {
  it('names the methods of a collection and of an entity', async () => {
    const onAll = await asAdmin('PUT');
    expect([onAll.status, onAll.headers['allow']]).toEqual([405, 'GET, POST']);
    const onOne = await asAdmin('PUT', '/x');
    expect([onOne.status, onOne.headers['allow']]).toEqual([405, 'DELETE, GET, PATCH']);
  });
});
