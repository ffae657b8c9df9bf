import { describe, expect, it } from '@jest/globals';
import { callerWith } from '../../../test/support/domain-fixtures.js';
import { Conflict, NotFound } from '../../kernel/errors.js';
import { ADMIN, BUILT_IN_ROLES } from './built-in.js';
import { DEFAULT_DOMAIN_ID, DEFAULT_DOMAIN_NAME } from './directory.js';
import { EntityNotFound, NameTaken, TooManyAttempts } from './identity.errors.js';
import { IMPLIED_ROLES } from './role-assignment.js';
import { effectiveQuota } from './tenant-quota.js';
import { RemovalNotFound, RemovalUnderWay } from './tenant-removal.js';
import { TenantNotFound, requireForeign } from './tenant.js';
import { AUTH_METHODS, EXPIRED_TOKEN_WINDOW_MS } from './token.js';

describe('a quota', () => {
  const defaults = { imageCount: 10n, imageBytes: 100n };

  it('is what was set for the tenant, else the default', () => {
    expect(effectiveQuota({ imageCount: null, imageBytes: null }, defaults)).toEqual(defaults);
    expect(effectiveQuota({ imageCount: 0n, imageBytes: -1n }, defaults)).toEqual({
      imageCount: 0n,
      imageBytes: -1n,
    });
  });
});

describe('suspending and removing tenants', () => {
  const caller = callerWith(['admin'], { tenantId: 't1' });

  it('is done to others', () => {
    expect(() => requireForeign('t2', caller)).not.toThrow();
    expect(() => requireForeign('t1', caller)).toThrow(Conflict);
    expect(() => requireForeign('t1', caller)).toThrow('cannot be suspended or removed by itself');
  });
});

describe('what is the same in every identity', () => {
  it('is the default domain, the roles and what they imply', () => {
    expect([DEFAULT_DOMAIN_ID, DEFAULT_DOMAIN_NAME, ADMIN]).toEqual([
      'default',
      'Default',
      'admin',
    ]);
    expect(BUILT_IN_ROLES).toEqual(['admin', 'manager', 'member', 'reader', 'service']);
    expect(IMPLIED_ROLES.map(({ prior, implied }) => `${prior} > ${implied}`)).toEqual([
      'admin > manager',
      'manager > member',
      'member > reader',
    ]);
  });

  it('is how tokens are obtained, and that they are shown for two days after their end', () => {
    expect(AUTH_METHODS).toEqual(['password', 'token', 'application_credential']);
    expect(EXPIRED_TOKEN_WINDOW_MS).toBe(172_800_000);
  });
});

describe('failures', () => {
  it.each([
    [new TenantNotFound('x'), NotFound, "Could not find tenant: 'x'."],
    [new RemovalNotFound('x'), NotFound, "Tenant 'x' is not being removed and never was."],
    [new RemovalUnderWay(), Conflict, 'The tenant is being removed.'],
    [new EntityNotFound('role', 'x'), NotFound, "Could not find role: 'x'."],
    [new NameTaken('user', 'x'), Conflict, "A user with the name 'x' exists already."],
  ])('say what is missing or taken: %s', (error, kind, message) => {
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toBe(message);
  });

  it('keep their cause to themselves', () => {
    const cause = new Error('secret');
    const error = new NameTaken('user', 'x', cause);
    expect(error.cause).toBe(cause);
    expect(error.message).not.toContain('secret');
  });

  it.each([
    [0, '1'],
    [0.2, '1'],
    [1.2, '2'],
    [30, '30'],
  ])('of too many attempts say to wait %s seconds as whole ones', (seconds, header) => {
    const error = new TooManyAttempts(seconds);
    expect(error).toMatchObject({ kind: 'rate-limited', code: 'too-many-attempts' });
    expect(error.headers).toEqual({ 'Retry-After': header });
    expect(error.message).toBe('Too many failed attempts to authenticate. Try again later.');
  });
});
