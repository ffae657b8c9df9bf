import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { IdentityFixture, logIn, tokenOf } from '../../support/identity.js';

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;
let memberId: string;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
  memberId = await identity.roleId('member');
});

afterAll(() => identity.app.close());

const as = (token: string, method: Method, path: string) =>
  identity.app.request(method, `/identity/v3/${path}`, { token });
const asAdmin = (method: Method, path: string) => as(identity.adminToken, method, path);

describe.each<[string, () => string]>([
  ['a project', () => `projects/${ann.projectId}`],
  ['a domain', () => 'domains/default'],
  ['the system', () => 'system'],
])('a role on %s', (_target, path) => {
  it('is given once or twice, found, listed and taken: 204, 200', async () => {
    const user = await identity.createUser();
    const roles = `${path()}/users/${user.id}/roles`;
    const role = `${roles}/${memberId}`;
    expect((await asAdmin('GET', roles)).body.roles).toEqual([]);
    expect((await asAdmin('HEAD', role)).status).toBe(404);
    expect((await asAdmin('PUT', role)).status).toBe(204);
    expect((await asAdmin('PUT', role)).status).toBe(204);
    expect((await asAdmin('HEAD', role)).status).toBe(204);
    expect((await asAdmin('GET', role)).status).toBe(204);
    expect((await asAdmin('GET', roles)).body.roles).toMatchObject([
      { id: memberId, name: 'member' },
    ]);
    expect((await asAdmin('DELETE', role)).status).toBe(204);
    expect((await asAdmin('DELETE', role)).status).toBe(404);
    expect((await asAdmin('GET', role)).status).toBe(404);
  });

  it('404 for an unknown user or role', async () => {
    const user = await identity.createUser();
    expect((await asAdmin('PUT', `${path()}/users/unknown/roles/${memberId}`)).status).toBe(404);
    expect((await asAdmin('PUT', `${path()}/users/${user.id}/roles/unknown`)).status).toBe(404);
  });

  it('403 for members, who cannot give themselves more', async () => {
    const adminId = await identity.roleId('admin');
    const role = `${path()}/users/${ann.id}/roles/${adminId}`;
    for (const method of ['PUT', 'HEAD', 'GET', 'DELETE'] as const) {
      expect((await as(ann.token, method, role)).status).toBe(403);
    }
  });
});

describe('roles that are deleted while they are listed', () => {
  it('200, with those that are there', async () => {
    const user = await identity.createUser();
    const roles = `system/users/${user.id}/roles`;
    for (let n = 0; n < 15; n += 1) {
      const body = { role: { name: `passing-${n}` } };
      const created = await identity.app.request('POST', '/identity/v3/roles', {
        token: identity.adminToken,
        body,
      });
      const { id } = created.body.role as { id: string };
      expect((await asAdmin('PUT', `${roles}/${id}`)).status).toBe(204);
      const [deleted, ...lists] = await Promise.all([
        asAdmin('DELETE', `roles/${id}`),
        ...Array.from({ length: 6 }, () => asAdmin('GET', roles)),
      ]);
      expect([deleted.status, ...lists.map(({ status }) => status)]).toEqual([
        204,
        ...lists.map(() => 200),
      ]);
    }
  });
});

describe('roles on what does not exist', () => {
  it.each(['projects/unknown', 'domains/unknown'])('404 on %s', async (target) => {
    const role = `${target}/users/${ann.id}/roles/${memberId}`;
    expect((await asAdmin('PUT', role)).status).toBe(404);
  });
});

describe('GET /v3/role_assignments', () => {
  interface Assignment {
    readonly role: { id: string };
    readonly scope: object;
  }

  const list = async (query: string): Promise<Assignment[]> =>
    (await asAdmin('GET', `role_assignments?${query}`)).body.role_assignments;

  it('200 lists ids, and a link to each', async () => {
    expect(await list(`user.id=${ann.id}`)).toEqual([
      {
        user: { id: ann.id },
        role: { id: memberId },
        scope: { project: { id: ann.projectId } },
        links: {
          assignment: `${await identity.app.listen()}/identity/v3/projects/${ann.projectId}/users/${ann.id}/roles/${memberId}`,
        },
      },
    ]);
  });

  it('200 adds names when asked to', async () => {
    const [assignment] = await list(`user.id=${ann.id}&include_names=True`);
    expect(assignment).toMatchObject({
      user: { name: ann.name, domain: { id: 'default', name: 'Default' } },
      role: { name: 'member' },
      scope: { project: { domain: { id: 'default', name: 'Default' } } },
    });
  });

  it('200 adds implied roles when asked for the effective ones', async () => {
    const readerId = await identity.roleId('reader');
    const effective = await list(`user.id=${ann.id}&effective`);
    expect(effective.map(({ role }) => role.id)).toEqual([memberId, readerId]);
    expect(await list(`user.id=${ann.id}&effective&role.id=${readerId}`)).toHaveLength(1);
    expect(await list(`user.id=${ann.id}&role.id=${readerId}`)).toHaveLength(0);
  });

  it('200 filters by where the role is held', async () => {
    const bob = await identity.member();
    await identity.grant('system', bob.id, 'reader');
    await identity.grant('domains/default', bob.id, 'manager');
    const scopes = async (query: string) =>
      (await list(`user.id=${bob.id}&${query}`)).map(({ scope }) => scope);
    expect(await scopes('scope.system=all')).toEqual([{ system: { all: true } }]);
    expect(await scopes('scope.domain.id=default')).toEqual([{ domain: { id: 'default' } }]);
    expect(await scopes(`scope.project.id=${bob.projectId}`)).toEqual([
      { project: { id: bob.projectId } },
    ]);
    expect(await list(`user.id=${bob.id}`)).toHaveLength(3);
  });

  it('200 pages in the order in which the roles were given', async () => {
    const first = await asAdmin('GET', 'role_assignments?limit=1');
    expect(first.body.role_assignments).toHaveLength(1);
    const next = new URL(first.body.links.next);
    const second = await identity.app.request('GET', next.pathname + next.search, {
      token: identity.adminToken,
    });
    expect(second.body.role_assignments).toHaveLength(1);
    expect(second.body.role_assignments).not.toEqual(first.body.role_assignments);
  });

  it.each(['scope.system=all&scope.domain.id=default', 'group.id=x', 'marker=x', 'limit=0'])(
    '400 for %s',
    async (query) => {
      expect((await asAdmin('GET', `role_assignments?${query}`)).status).toBe(400);
    },
  );

  it('403 for members, 200 for readers of the system', async () => {
    const reader = await identity.createUser();
    await identity.grant('system', reader.id, 'reader');
    const reply = await logIn(identity.app, { ...reader, scope: { system: { all: true } } });
    expect((await as(ann.token, 'GET', 'role_assignments')).status).toBe(403);
    expect((await as(tokenOf(reply), 'GET', 'role_assignments')).status).toBe(200);
    const role = `projects/${ann.projectId}/users/${ann.id}/roles/${memberId}`;
    expect((await as(tokenOf(reply), 'HEAD', role)).status).toBe(204);
    expect((await as(tokenOf(reply), 'DELETE', role)).status).toBe(403);
  });
});
