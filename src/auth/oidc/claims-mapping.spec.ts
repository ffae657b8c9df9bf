import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../platform/config/config.js';
import { firstTexts, parseClaimPath, wordsAt } from './claim-path.js';
import { ClaimsMapping, tenantId } from './claims-mapping.js';

const ISSUER = 'https://login.example';

function mapped(mapping: object, claims: object) {
  const issuers = [{ issuer: ISSUER, audiences: ['a'], mapping }];
  const { auth } = loadConfig({
    CATALOG_AUTH_MODES: 'oidc',
    CATALOG_OIDC_ISSUERS: JSON.stringify(issuers),
  });
  return new ClaimsMapping(ISSUER, auth.oidc[0]!.mapping).map({ sub: 'ann', ...claims });
}

const tenantsOf = (mapping: object, claims: object) =>
  mapped(mapping, claims).tenants.map(({ external, roles }) => [external, [...roles].toSorted()]);
const rolesOf = (mapping: object, claims: object) => [...mapped(mapping, claims).roles].toSorted();

describe('a path into claims', () => {
  const claims = {
    plain: 'a b,c',
    list: ['a b', 'c', 7, null, ''],
    realm_access: { roles: ['x'] },
    resource_access: { 'image-catalog': { roles: ['y'] }, 'with.dot': { roles: ['z'] } },
    'https://example.com/tenant': 't',
    groups: [{ name: 'g1' }, { name: 'g2' }, { other: 'g3' }],
  };

  it.each([
    ['plain', ['a b,c']],
    ['realm_access.roles', ['x']],
    ['resource_access."image-catalog".roles', ['y']],
    ['resource_access.image-catalog.roles', ['y']],
    ['resource_access."with.dot".roles', ['z']],
    ['"https://example.com/tenant"', ['t']],
    ['groups.*.name', ['g1', 'g2']],
    ['groups[*].name', ['g1', 'g2']],
    ['list', ['a b', 'c', '7']],
    ['missing.below', []],
    ['plain.length', []],
    ['constructor.name', []],
    ['realm_access', []],
  ])('%s leads to %j', (path, texts) => {
    expect(firstTexts(claims, [parseClaimPath(path)])).toEqual(texts);
  });

  it('takes one text apart, but not the items of a list', () => {
    expect(wordsAt(claims, parseClaimPath('plain'))).toEqual(['a', 'b', 'c']);
    expect(wordsAt(claims, parseClaimPath('list'))).toEqual(['a b', 'c', '7']);
  });
});

describe('who and where', () => {
  it('is the subject, with the best name there is', () => {
    expect(mapped({}, { email: 'ann@example' })).toMatchObject({
      userId: 'ann',
      userName: 'ann@example',
      tenants: [],
      defaultTenant: null,
    });
    expect(mapped({ userId: 'oid' }, {}).userId).toBeNull();
  });

  it('is the tenant that a claim names, with a name of its own', () => {
    const mapping = { projectId: ['missing', 'tenant'], projectName: 'tenant_name' };
    expect(
      mapped(mapping, { tenant: 'Sales', tenant_name: 'Sales dept.' }).defaultTenant,
    ).toMatchObject({ external: 'Sales', name: 'Sales dept.', id: tenantId(ISSUER, 'Sales') });
  });

  it('has an id that Compute can carry: the same every time, another for another issuer', () => {
    expect(tenantId(ISSUER, 'c0ffee00-1234')).toBe('c0ffee00-1234');
    expect(tenantId(ISSUER, 'Sales')).toMatch(/^[0-9a-f]{32}$/);
    expect(tenantId(ISSUER, 'Sales')).not.toBe(tenantId('https://other.example', 'Sales'));
    expect(tenantId(ISSUER, 'C0FFEE')).not.toBe(tenantId(ISSUER, 'c0ffee'));
  });

  it('can be read out of the names of groups, with a role for each', () => {
    const mapping = { groupPattern: '^/projects/(?<project>[^/]+)/(?<role>[^/]+)$' };
    const groups = ['/projects/a/reader', '/projects/b/member', '/projects/b/reader', '/staff'];
    expect(tenantsOf(mapping, { groups })).toEqual([
      ['a', ['reader']],
      ['b', ['member', 'reader']],
    ]);
  });

  it('can be one of several by default', () => {
    const mapping = { projectId: 'tenants', defaultProject: 'b' };
    expect(mapped(mapping, { tenants: ['a', 'b'] }).defaultTenant?.external).toBe('b');
    expect(mapped(mapping, { tenants: ['a', 'c'] }).defaultTenant).toBeNull();
  });
});

describe('roles', () => {
  const roles = { roles: ['roles'] };

  it('count when the table has them, with those that they imply', () => {
    expect(rolesOf(roles, { roles: ['Manager', 'unknown'] })).toEqual([
      'manager',
      'member',
      'reader',
    ]);
    expect(rolesOf(roles, { roles: 'reader offline' })).toEqual(['reader']);
    expect(rolesOf(roles, { roles: { reader: true } })).toEqual([]);
  });

  it('make an administrator by the values that are named for it, to the letter', () => {
    const mapping = { ...roles, adminValues: ['Catalog Admin'] };
    expect(rolesOf(mapping, { roles: ['Catalog Admin'] })).toContain('admin');
    for (const value of ['admin', 'catalog admin', 'Catalog', 'Admin']) {
      expect(rolesOf(mapping, { roles: [value] })).toEqual([]);
    }
  });

  const scopes = {
    scopeTable: { 'images:read': ['reader'], 'images:write': ['member'] },
  };

  it('are what the scopes allow where there are no others', () => {
    expect(rolesOf(scopes, { scope: 'openid images:write' })).toEqual(['member', 'reader']);
    expect(rolesOf(scopes, { scp: ['images:read'] })).toEqual(['reader']);
    expect(rolesOf(scopes, {})).toEqual([]);
  });

  it('are those that both the user and the scopes allow', () => {
    const mapping = { ...roles, ...scopes, adminValues: ['boss'] };
    expect(rolesOf(mapping, { roles: ['member'], scope: 'images:read' })).toEqual(['reader']);
    expect(rolesOf(mapping, { roles: ['reader'], scope: 'images:write' })).toEqual(['reader']);
    expect(rolesOf(mapping, { roles: ['boss'], scope: 'images:write' })).toEqual([
      'member',
      'reader',
    ]);
    expect(rolesOf(mapping, { roles: ['member'], scope: 'openid' })).toEqual([]);
    expect(rolesOf(mapping, { roles: ['member'] })).toEqual(['member', 'reader']);
  });
});
