import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import { IdentityFixture, namesOf, unique } from '../../support/identity.js';

let identity: IdentityFixture;
let ann: Awaited<ReturnType<IdentityFixture['member']>>;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
});

afterAll(() => identity.app.close());

const as = (token: string, method: Method, path: string, body?: unknown) =>
  identity.app.request(method, `/identity/v3/${path}`, { token, body });
const asAdmin = (method: Method, path: string, body?: unknown) =>
  as(identity.adminToken, method, path, body);

describe('domains', () => {
  it('200 finds the default domain by name and by id', async () => {
    const { body } = await asAdmin('GET', 'domains?name=Default');
    expect(body.domains).toEqual([
      {
        id: 'default',
        name: 'Default',
        description: expect.any(String),
        enabled: true,
        tags: [],
        options: {},
        links: { self: `${await identity.app.listen()}/identity/v3/domains/default` },
      },
    ]);
    expect((await asAdmin('GET', 'domains/default')).body.domain).toEqual(body.domains[0]);
  });

  it('are created, changed, disabled and deleted with all that is in them', async () => {
    const created = await asAdmin('POST', 'domains', { domain: { name: unique('eng') } });
    expect(created.status).toBe(201);
    const { id } = created.body.domain;
    const user = await identity.createUser({ domain_id: id });
    expect((await asAdmin('DELETE', `domains/${id}`)).status).toBe(403);
    const disabled = await asAdmin('PATCH', `domains/${id}`, { domain: { enabled: false } });
    expect(disabled.body.domain.enabled).toBe(false);
    expect((await asAdmin('DELETE', `domains/${id}`)).status).toBe(204);
    expect((await asAdmin('GET', `users/${user.id}`)).status).toBe(404);
    expect((await asAdmin('DELETE', `domains/${id}`)).status).toBe(404);
  });

  it('400, 409 for a name that is wrong or taken', async () => {
    expect((await asAdmin('POST', 'domains', { domain: {} })).status).toBe(400);
    expect((await asAdmin('POST', 'domains', { domain: { name: 'Default' } })).status).toBe(409);
  });

  it('403 to disable or delete the default domain', async () => {
    const body = { domain: { enabled: false } };
    expect((await asAdmin('PATCH', 'domains/default', body)).status).toBe(403);
    expect((await asAdmin('DELETE', 'domains/default')).status).toBe(403);
  });

  it('members may see their own domain and nothing else', async () => {
    const other = await asAdmin('POST', 'domains', { domain: { name: unique('eng') } });
    const { id } = other.body.domain;
    expect((await as(ann.token, 'GET', 'domains/default')).status).toBe(200);
    expect((await as(ann.token, 'GET', `domains/${id}`)).status).toBe(403);
    expect((await as(ann.token, 'GET', 'domains')).status).toBe(403);
    const body = { domain: { name: 'x' } };
    expect((await as(ann.token, 'POST', 'domains', body)).status).toBe(403);
    expect((await as(ann.token, 'PATCH', `domains/${id}`, body)).status).toBe(403);
    expect((await as(ann.token, 'DELETE', `domains/${id}`)).status).toBe(403);
  });
});

describe('roles', () => {
  it('200 lists the built-in ones, with admin and member', async () => {
    const { body } = await asAdmin('GET', 'roles');
    expect(namesOf(body.roles)).toEqual(['admin', 'manager', 'member', 'reader', 'service']);
    expect(body.roles[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'admin',
      domain_id: null,
      description: null,
      options: { immutable: true },
      links: { self: expect.stringContaining('/identity/v3/roles/') },
    });
  });

  it('are created, found, changed and deleted', async () => {
    const name = unique('auditor');
    const created = await asAdmin('POST', 'roles', { role: { name } });
    expect(created.status).toBe(201);
    const { id } = created.body.role;
    expect((await asAdmin('GET', `roles?name=${name}`)).body.roles).toHaveLength(1);
    const changed = await asAdmin('PATCH', `roles/${id}`, { role: { description: 'Looks' } });
    expect(changed.body.role).toMatchObject({ name, description: 'Looks', options: {} });
    expect((await asAdmin('DELETE', `roles/${id}`)).status).toBe(204);
    expect((await asAdmin('GET', `roles/${id}`)).status).toBe(404);
  });

  it('400 for a role of a domain', async () => {
    const role = { name: unique('x'), domain_id: 'default' };
    expect((await asAdmin('POST', 'roles', { role })).status).toBe(400);
  });

  it('403 to change or delete a built-in one', async () => {
    const id = await identity.roleId('reader');
    expect((await asAdmin('PATCH', `roles/${id}`, { role: { name: 'x' } })).status).toBe(403);
    expect((await asAdmin('DELETE', `roles/${id}`)).status).toBe(403);
  });

  it.each(['admin', 'Admin', 'ADMIN'])('409 for the name %s', async (name) => {
    expect((await asAdmin('POST', 'roles', { role: { name } })).status).toBe(409);
  });

  it('403 for members', async () => {
    const id = await identity.roleId('reader');
    expect((await as(ann.token, 'GET', 'roles')).status).toBe(403);
    expect((await as(ann.token, 'GET', `roles/${id}`)).status).toBe(403);
    expect((await as(ann.token, 'POST', 'roles', { role: { name: 'x' } })).status).toBe(403);
  });
});

describe('role inferences', () => {
  it('200 lists admin over manager over member over reader', async () => {
    const { body } = await asAdmin('GET', 'role_inferences');
    const inferences = body.role_inferences as {
      prior_role: { name: string };
      implies: { name: string }[];
    }[];
    expect(inferences.map((rule) => [rule.prior_role.name, namesOf(rule.implies)])).toEqual([
      ['admin', ['manager']],
      ['manager', ['member']],
      ['member', ['reader']],
    ]);
  });

  it('tells of one role what it implies: 200, 404', async () => {
    const [member, reader] = [await identity.roleId('member'), await identity.roleId('reader')];
    const { body } = await asAdmin('GET', `roles/${member}/implies`);
    expect(body.role_inference.implies).toMatchObject([{ id: reader, name: 'reader' }]);
    const none = await asAdmin('GET', `roles/${reader}/implies`);
    expect(none.body.role_inference.implies).toEqual([]);
    expect((await asAdmin('HEAD', `roles/${member}/implies/${reader}`)).status).toBe(200);
    expect((await asAdmin('HEAD', `roles/${reader}/implies/${member}`)).status).toBe(404);
    expect((await asAdmin('GET', 'roles/unknown/implies')).status).toBe(404);
    expect((await as(ann.token, 'GET', 'role_inferences')).status).toBe(403);
  });
});
