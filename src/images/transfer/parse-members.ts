import { MEMBER_STATUSES } from '../domain/image-access.js';
import { InvalidDocument, type DocumentMember } from './image-document.js';
import { JsonMembers, requireText } from './json-members.js';

/**
 * Reads the tenants that an image is shared with, as the Image API lists them.
 * @throws InvalidDocument
 */
export function parseMembers(list: unknown): DocumentMember[] {
  const found = (list as readonly unknown[]).map(parseMember);
  if (new Set(found.map(({ memberId }) => memberId)).size < found.length) {
    throw new InvalidDocument('a member is listed twice');
  }
  return found;
}

function parseMember(item: unknown): DocumentMember {
  const member = JsonMembers.of(item, 'a member');
  const memberId = requireText(member.value('member_id'), () => "the 'member_id' of a member", 255);
  if (memberId === '') throw new InvalidDocument("the 'member_id' of a member is empty");
  return {
    memberId,
    status: member.oneOf('status', MEMBER_STATUSES, 'pending'),
    createdAt: member.instant('created_at'),
    updatedAt: member.instant('updated_at'),
  };
}
