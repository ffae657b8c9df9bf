import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Method } from '../../support/app.js';
import type { AuditDocument } from '../../support/audit.js';
import { IdentityFixture, unique } from '../../support/identity.js';

let identity: IdentityFixture;

beforeAll(async () => {
  identity = await IdentityFixture.start();
});

afterAll(() => identity.app.close());

type Ask = [method: Method, path: string, body?: object];

/** What the administrator's requests leave behind, oldest first. */
async function recordsOf(...requests: Ask[]): Promise<AuditDocument[]> {
  const { app, adminToken: token } = identity;
  const ids: string[] = [];
  for (const [method, path, body] of requests) {
    const reply = await app.request(method, path, { token, ...(body && { body }) });
    expect(reply.status).toBeLessThan(300);
    ids.push(String(reply.headers['x-openstack-request-id']));
  }
  const records: AuditDocument[] = [];
  for (const id of ids) {
    const reply = await app.request('GET', `/catalog/v1/audit?request_id=${id}`, { token });
    records.push(...(reply.body.records as AuditDocument[]).toReversed());
  }
  return records;
}

const change = ({ action, before, after }: AuditDocument) => ({ action, before, after });

describe('the record of a change to the identity', () => {
  it('tells of users what is no secret, and that a secret was changed', async () => {
    const { id, name } = await identity.createUser();
    const password = unique('new password');
    const records = await recordsOf(
      ['PATCH', `/identity/v3/users/${id}`, { user: { email: 'ann@example.org', enabled: false } }],
      ['PATCH', `/identity/v3/users/${id}`, { user: { password } }],
      ['DELETE', `/identity/v3/users/${id}`],
    );
    expect(records.map(change)).toEqual([
      {
        action: 'user.update',
        before: { id, email: null, enabled: true },
        after: { id, email: 'ann@example.org', enabled: false },
      },
      { action: 'user.password.update', before: { id }, after: { id } },
      {
        action: 'user.delete',
        before: { id, name, domain_id: 'default', email: 'ann@example.org', enabled: false },
        after: {},
      },
    ]);
    expect(records.every(({ user_id, acting_tenant_id }) => user_id && acting_tenant_id)).toBe(
      true,
    );
  });

  it('tells who was given which role on what, and who lost it, but nothing twice', async () => {
    const [{ id: user }, { id: project }] = await Promise.all([
      identity.createUser(),
      identity.createProject(),
    ]);
    const role = await identity.roleId('member');
    const path = (target: string) => `/identity/v3/${target}/users/${user}/roles/${role}`;
    const records = await recordsOf(
      ['PUT', path(`projects/${project}`)],
      ['PUT', path(`projects/${project}`)],
      ['PUT', path('system')],
      ['DELETE', path(`projects/${project}`)],
      ['DELETE', `/identity/v3/users/${user}`],
    );
    const onProject = { user_id: user, role_id: role, project_id: project };
    expect(records.slice(0, 3).map(change)).toEqual([
      { action: 'role_assignment.create', before: {}, after: onProject },
      {
        action: 'role_assignment.create',
        before: {},
        after: { user_id: user, role_id: role, system: true },
      },
      {
        action: 'role_assignment.delete',
        before: onProject,
        after: {},
      },
    ]);
    // The role on the system went with its user.
    expect(records.slice(3).map(({ action }) => action)).toEqual(['user.delete']);
  });

  it('tells of roles, domains and application credentials', async () => {
    const [name, renamed] = [unique('role'), unique('role')];
    const { app, adminToken: token } = identity;
    const role = { role: { name } };
    const created = await app.request('POST', '/identity/v3/roles', { token, body: role });
    const path = `/identity/v3/roles/${created.body.role.id}`;
    const id = created.body.role.id as string;
    const records = await recordsOf(
      ['PATCH', path, { role: { name: renamed } }],
      ['DELETE', path],
      ['POST', '/identity/v3/domains', { domain: { name: unique('domain') } }],
    );
    expect(records.map(change).slice(0, 2)).toEqual([
      { action: 'role.update', before: { id, name }, after: { id, name: renamed } },
      { action: 'role.delete', before: { id, name: renamed }, after: {} },
    ]);
    expect(records.slice(2).map(({ action }) => action)).toEqual(['domain.create']);

    const me = await app.request('GET', '/identity/v3/auth/tokens', {
      token,
      headers: { 'x-subject-token': token },
    });
    const [credential] = await recordsOf([
      'POST',
      `/identity/v3/users/${me.body.token.user.id}/application_credentials`,
      { application_credential: { name: 'ci' } },
    ]);
    expect(credential).toMatchObject({
      action: 'application_credential.create',
      after: { name: 'ci', user_id: me.body.token.user.id, unrestricted: false },
    });
    expect(JSON.stringify(credential)).not.toMatch(/secret|hash/);
  });

  it('tells of keys that they came and went', async () => {
    const records = await recordsOf(['POST', '/catalog/v1/signing-keys', { forget_others: false }]);
    expect(records.map(change)).toEqual([
      { action: 'signing_key.create', before: {}, after: { id: expect.any(String) } },
    ]);
  });

  it('is for administrators', async () => {
    const member = await identity.member();
    const { body } = await identity.app.request('GET', '/catalog/v1/audit?limit=1000', member);
    const actions = (body.records as AuditDocument[]).map(({ action }) => action);
    expect(actions).toContain('project.create');
    expect(actions.filter((action) => /^(user|role|domain|signing)/.test(action))).toEqual([]);
  });
});

describe('the record of a change to metadata definitions', () => {
  it('tells of the namespace, and of definitions that are changed by themselves', async () => {
    const namespace = `OS::${unique('Audit')}`;
    const root = '/image/v2/metadefs/namespaces';
    const path = `${root}/${namespace}`;
    const property = { name: 'colour', title: 'Colour', type: 'string' };
    const records = await recordsOf(
      [
        'POST',
        root,
        {
          namespace,
          properties: { size: { title: 'Size', type: 'integer' } },
          visibility: 'public',
        },
      ],
      ['POST', `${path}/properties`, property],
      ['PUT', `${path}/properties/colour`, { ...property, title: 'Hue' }],
      ['POST', `${path}/tags/fresh`],
      ['POST', `${path}/resource_types`, { name: 'OS::Glance::Image', prefix: 'p_' }],
      ['PUT', path, { namespace, description: 'Told' }],
      ['DELETE', `${path}/tags/fresh`],
      ['DELETE', path],
    );
    expect(records.map(({ action }) => action)).toEqual([
      'metadef.namespace.create',
      'metadef.property.create',
      'metadef.property.update',
      'metadef.tag.create',
      'metadef.association.create',
      'metadef.namespace.update',
      'metadef.tag.delete',
      'metadef.namespace.delete',
    ]);
    expect(records[2]).toMatchObject({
      before: { namespace, name: 'colour', document: { title: 'Colour' } },
      after: { namespace, name: 'colour', document: { title: 'Hue' } },
    });
    expect(records.every(({ user_id, tenant_id }) => user_id && tenant_id)).toBe(true);
  });
});
