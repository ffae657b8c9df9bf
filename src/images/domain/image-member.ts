import { Conflict, DomainError, Forbidden, NotFound } from '../../kernel/errors.js';
import type { Principal, TenantId } from '../../kernel/principal.js';
import { mayChange, type MemberStatus } from './image-access.js';
import type { Image } from './image.js';

/** A tenant (not a user) that an image is shared with, and what it answered. */
export interface ImageMember {
  readonly imageId: string;
  readonly memberId: TenantId;
  readonly status: MemberStatus;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export class MemberNotFound extends NotFound {
  constructor() {
    super('The image is not shared with this tenant.');
  }
}

export class DuplicateMember extends Conflict {
  constructor() {
    super('The image is already shared with this tenant.');
  }
}

export class MemberQuotaExceeded extends DomainError {
  constructor(quota: number) {
    super('over-quota', 'member-quota', `An image may have at most ${quota} members.`);
  }
}

/** Only images of visibility `shared` have members that count. @throws Forbidden */
export function requireShared(image: Image): void {
  if (image.attributes.visibility !== 'shared') {
    throw new Forbidden('Only shared images have members.');
  }
}

/** Owner and admin see every member, a member itself only (image-v2 2.12). */
export function maySeeMember(principal: Principal, image: Image, memberId: TenantId): boolean {
  const { owner } = image.attributes;
  return principal.isAdmin || principal.tenantId === owner || principal.tenantId === memberId;
}

/** The member tenant answers for itself; the owner cannot answer for it. */
export function mayAnswerFor(principal: Principal, memberId: TenantId): boolean {
  return mayChange(principal, memberId);
}
