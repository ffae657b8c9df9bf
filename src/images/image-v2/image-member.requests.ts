import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { TenantId } from '../../kernel/principal.js';
import { MEMBER_STATUSES, type MemberStatus } from '../domain/image-access.js';
import { codePoints } from '../domain/image-properties.js';

const MAX_MEMBER_ID_LENGTH = 255;

/** Body of `POST …/members`; other keys are ignored. @throws InvalidRequest */
export function parseNewMember(body: unknown): TenantId {
  const member = fieldOf(body, 'member');
  if (typeof member !== 'string' || member === '') {
    throw new InvalidRequest("Field 'member' must name a tenant.");
  }
  if (codePoints(member) > MAX_MEMBER_ID_LENGTH) {
    throw new InvalidRequest(`Field 'member' is longer than ${MAX_MEMBER_ID_LENGTH} characters.`);
  }
  return member;
}

/** Body of `PUT …/members/{member_id}`; other keys are ignored. @throws InvalidRequest */
export function parseMemberStatus(body: unknown): MemberStatus {
  const given = fieldOf(body, 'status');
  const status = MEMBER_STATUSES.find((known) => known === given);
  if (status === undefined) {
    const shown = typeof given === 'string' ? ` ${quote(given)}` : '';
    throw new InvalidRequest(`Invalid status${shown}: use one of ${MEMBER_STATUSES.join(', ')}.`);
  }
  return status;
}

function fieldOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest('The request body must be a JSON object.');
  }
  return Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
}
