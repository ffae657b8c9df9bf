import type { TenantId } from '../../../kernel/principal.js';
import type { MemberStatus } from '../../domain/image-access.js';
import type { ImageMember } from '../../domain/image-member.js';

/** Port: with whom images are shared. The caller has checked that the image exists and may be seen. */
export abstract class MemberRepository {
  /** In the order of their addition. */
  abstract list(imageId: string): Promise<readonly ImageMember[]>;

  abstract find(imageId: string, memberId: TenantId): Promise<ImageMember | null>;

  /**
   * Adds a member with status `pending`, exact against parallel additions.
   * @param quota most members an image may have; negative is unlimited
   * @throws DuplicateMember, MemberQuotaExceeded, or ImageNotFound when the image is gone meanwhile
   */
  abstract add(imageId: string, memberId: TenantId, quota: number): Promise<ImageMember>;

  /** @returns the member afterwards, or null when there is none */
  abstract setStatus(
    imageId: string,
    memberId: TenantId,
    status: MemberStatus,
  ): Promise<ImageMember | null>;

  /** @returns false when there is no such member */
  abstract remove(imageId: string, memberId: TenantId): Promise<boolean>;
}
