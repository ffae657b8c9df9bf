import { DomainError } from '../../src/kernel/errors.js';
import { UNPROTECTED } from '../../src/images/domain/property-protection.js';
import { Image, type ChangeContext, type ImageAttributes } from '../../src/images/domain/image.js';
import { expandRoles, type Principal } from '../../src/kernel/principal.js';

/** A caller of tenant `t1` with these roles and what they imply. */
export function callerWith(roles: readonly string[], changes: Partial<Principal> = {}): Principal {
  return {
    userId: 'u1',
    userName: 'ann',
    tenantId: 't1',
    tenantName: 'demo',
    scope: 'project',
    roles: expandRoles(roles),
    isAdmin: roles.includes('admin'),
    serviceRoles: new Set(),
    expiresAt: new Date('2030-01-01T00:00:00Z'),
    auditIds: ['a1'],
    ...changes,
  };
}

export const member = callerWith(['member']);
export const admin = callerWith(['admin'], { tenantId: 'operator' });

export const CREATED = new Date('2026-01-01T00:00:00Z');
export const NOW = new Date('2026-06-01T12:00:00Z');

/** What changes happen in: by a member, within wide limits, without rules of the operator. */
export const changing = (changes: Partial<ChangeContext> = {}): ChangeContext => ({
  principal: member,
  limits: { propertyQuota: 128, tagQuota: 128, memberQuota: 128, imageCountQuota: -1 },
  protection: UNPROTECTED,
  checkProperty: () => undefined,
  now: NOW,
  ...changes,
});

/** An active image of tenant `t1`. */
export const imageWith = (changes: Partial<ImageAttributes> = {}): Image =>
  new Image({
    id: '8f2a61a0-6a0c-4a52-b4d5-7f5fdb7a7c11',
    name: 'disk',
    owner: 't1',
    status: 'active',
    visibility: 'shared',
    isProtected: false,
    isHidden: false,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    size: 1024n,
    virtualSize: null,
    checksum: 'c'.repeat(32),
    hashAlgorithm: 'sha512',
    hashValue: 'a'.repeat(128),
    minDisk: 0,
    minRam: 0,
    tags: [],
    properties: {},
    createdAt: CREATED,
    updatedAt: CREATED,
    version: 3,
    ...changes,
  });

/** Why it was refused, null when it was done. What is no refusal of the domain fails the test. */
export function refusalOf(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
