import { toIsoSeconds } from '../../api/http/iso-instant.js';
import type { ImageMember } from '../domain/image-member.js';

/** The member entity of the Image API (section 2.12). */
export function toMemberDocument(member: ImageMember) {
  return {
    member_id: member.memberId,
    image_id: member.imageId,
    status: member.status,
    created_at: toIsoSeconds(member.createdAt),
    updated_at: toIsoSeconds(member.updatedAt),
    schema: '/v2/schemas/member',
  };
}

export function toMemberListDocument(members: readonly ImageMember[]) {
  return { members: members.map(toMemberDocument), schema: '/v2/schemas/members' };
}
