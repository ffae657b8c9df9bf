import { describe, expect, it } from '@jest/globals';
import { grantFor, withImplied, type AuthorizationSnapshot } from './authorization.js';
import type { TokenScope } from './token.js';

const domain = { id: 'default', name: 'Default' };
const role = (name: string) => ({ id: `${name}-id`, name });
const project = { id: 'p1', name: 'demo', domain, isEnabled: true };
const onProject: TokenScope = { kind: 'project', projectId: 'p1' };

const snapshot = (changes: Partial<AuthorizationSnapshot> = {}): AuthorizationSnapshot => ({
  user: { id: 'u1', name: 'ann', domain, isEnabled: true, generation: 1 },
  project,
  domain: null,
  assignedRoles: [role('member')],
  standardRoles: ['manager', 'member', 'reader'].map(role),
  applicationCredential: null,
  identityProvider: null,
  isRevoked: false,
  isKeyKnown: true,
  ...changes,
});

const credential = (roleIds: string[], projectId = 'p1') => ({
  id: 'c1',
  name: 'robot',
  projectId,
  roleIds,
  isUnrestricted: false,
});

const claims = (scope: TokenScope = onProject, applicationCredentialId: string | null = null) => ({
  generation: 1,
  scope,
  applicationCredentialId,
});

const namesOf = (roles: readonly { name: string }[] | undefined) => roles?.map(({ name }) => name);

describe('a token stands', () => {
  it('with the assigned roles and those that they imply', () => {
    const grant = grantFor(claims(), snapshot());
    expect(grant?.roles).toEqual([role('member'), role('reader')]);
    expect(grant?.project).toEqual({ id: 'p1', name: 'demo', domain });
  });

  it('without any role when it is unscoped', () => {
    const grant = grantFor(claims({ kind: 'unscoped' }), snapshot({ assignedRoles: [] }));
    expect(grant).toMatchObject({ scope: 'unscoped', roles: [] });
  });

  it('on a domain and on the system', () => {
    const onDomain = snapshot({ project: null, domain: { ...domain, isEnabled: true } });
    expect(grantFor(claims({ kind: 'domain', domainId: 'default' }), onDomain)?.domain).toEqual(
      domain,
    );
    expect(grantFor(claims({ kind: 'system' }), snapshot({ project: null }))?.scope).toBe('system');
  });
});

describe('a token falls when', () => {
  const user = snapshot().user;
  it.each<[string, Partial<AuthorizationSnapshot>]>([
    ['the user or its domain is disabled', { user: { ...user, isEnabled: false } }],
    ['the user has a new generation', { user: { ...user, generation: 2 } }],
    ['it is revoked', { isRevoked: true }],
    ['its key is withdrawn', { isKeyKnown: false }],
    ['the project is gone', { project: null }],
    ['the project or its domain is disabled', { project: { ...project, isEnabled: false } }],
    ['no role is left on the project', { assignedRoles: [] }],
  ])('%s', (_reason, change) => {
    expect(grantFor(claims(), snapshot(change))).toBeNull();
  });

  it('the domain that it is for is gone or disabled', () => {
    const scope = { kind: 'domain', domainId: 'd' } as const;
    expect(grantFor(claims(scope), snapshot({ domain: null }))).toBeNull();
    const disabled = { id: 'd', name: 'D', isEnabled: false };
    expect(grantFor(claims(scope), snapshot({ domain: disabled }))).toBeNull();
  });
});

describe('a token from an application credential', () => {
  const fromCredential = claims(onProject, 'c1');

  it('has only the roles of the credential, and what they imply', () => {
    const grant = grantFor(
      fromCredential,
      snapshot({
        assignedRoles: [role('admin')],
        applicationCredential: credential(['member-id']),
      }),
    );
    expect(namesOf(grant?.roles)).toEqual(['member', 'reader']);
    expect(grant?.applicationCredential).toEqual({ id: 'c1', name: 'robot', isRestricted: true });
  });

  it('has none of the roles that the user has lost', () => {
    const lost = snapshot({
      assignedRoles: [role('reader')],
      applicationCredential: credential(['member-id', 'reader-id']),
    });
    expect(namesOf(grantFor(fromCredential, lost)?.roles)).toEqual(['reader']);
    const allLost = snapshot({
      assignedRoles: [role('reader')],
      applicationCredential: credential(['member-id']),
    });
    expect(grantFor(fromCredential, allLost)).toBeNull();
  });

  it('falls with the credential', () => {
    expect(grantFor(fromCredential, snapshot())).toBeNull();
  });

  it.each<TokenScope>([{ kind: 'unscoped' }, { kind: 'system' }, onProject])(
    'never leaves the project of the credential for $kind',
    (scope) => {
      const elsewhere = snapshot({ applicationCredential: credential(['member-id'], 'p2') });
      expect(grantFor(claims(scope, 'c1'), elsewhere)).toBeNull();
    },
  );
});

describe('implied roles', () => {
  it.each([
    ['admin', ['admin', 'manager', 'member', 'reader']],
    ['manager', ['manager', 'member', 'reader']],
    ['reader', ['reader']],
    ['service', ['service']],
    ['Operator', ['Operator']],
  ])('of %s', (name, expected) => {
    expect(namesOf(withImplied([role(name)], snapshot().standardRoles))).toEqual(expected);
  });

  it('are listed once when assigned as well', () => {
    expect(withImplied([role('reader'), role('member')], snapshot().standardRoles)).toEqual([
      role('member'),
      role('reader'),
    ]);
  });
});
