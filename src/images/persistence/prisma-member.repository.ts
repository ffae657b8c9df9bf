import { Inject, Injectable } from '@nestjs/common';
import type { ImageMember as MemberRecord } from '../../generated/prisma/client.js';
import type { TenantId } from '../../kernel/principal.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import { MemberRepository } from '../application/ports/member.repository.js';
import type { MemberStatus } from '../domain/image-access.js';
import { DuplicateMember, MemberQuotaExceeded, type ImageMember } from '../domain/image-member.js';
import { ImageNotFound } from '../domain/image.errors.js';

/** {@link MemberRepository} on PostgreSQL. */
@Injectable()
export class PrismaMemberRepository extends MemberRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async list(imageId: string): Promise<readonly ImageMember[]> {
    const records = await this.database.write((prisma) =>
      prisma.imageMember.findMany({
        where: { imageId },
        orderBy: [{ createdAt: 'asc' }, { memberId: 'asc' }],
      }),
    );
    return records.map(toMember);
  }

  async find(imageId: string, memberId: TenantId): Promise<ImageMember | null> {
    const record = await this.database.write((prisma) =>
      prisma.imageMember.findUnique({ where: { imageId_memberId: { imageId, memberId } } }),
    );
    return record === null ? null : toMember(record);
  }

  async add(imageId: string, memberId: TenantId, quota: number): Promise<ImageMember> {
    try {
      return await this.database.write((prisma) =>
        prisma.$transaction(async (transaction) => {
          // The lock on the image makes counting and adding one step, and keeps the image from vanishing.
          const images = await transaction.$queryRaw<unknown[]>`
            SELECT set_config('catalog.origin', ${originAsText()}, true) FROM images
            WHERE id = ${imageId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
          if (images.length === 0) throw new ImageNotFound();
          const known = await transaction.imageMember.findMany({
            where: { imageId },
            select: { memberId: true },
          });
          if (known.some((member) => member.memberId === memberId)) throw new DuplicateMember();
          if (quota >= 0 && known.length >= quota) throw new MemberQuotaExceeded(quota);
          return toMember(await transaction.imageMember.create({ data: { imageId, memberId } }));
        }),
      );
    } catch (error) {
      if (error instanceof UniqueViolation) throw new DuplicateMember();
      throw error;
    }
  }

  async setStatus(
    imageId: string,
    memberId: TenantId,
    status: MemberStatus,
  ): Promise<ImageMember | null> {
    const [row] = await this.database.execute<MemberRow>({
      name: 'set-member-status',
      text: `UPDATE image_members SET status = $3, updated_at = now() WHERE image_id = $1::uuid AND member_id = $2
        RETURNING status, created_at, updated_at, ${recordOriginAt('$4')}`,
      values: [imageId, memberId, status, originAsText()],
    });
    if (row === undefined) return null;
    const { created_at: createdAt, updated_at: updatedAt } = row;
    return toMember({ imageId, memberId, status: row.status, createdAt, updatedAt });
  }

  async remove(imageId: string, memberId: TenantId): Promise<boolean> {
    const rows = await this.database.execute({
      name: 'remove-member',
      text: `DELETE FROM image_members WHERE image_id = $1::uuid AND member_id = $2
        RETURNING image_id, ${recordOriginAt('$3')}`,
      values: [imageId, memberId, originAsText()],
    });
    return rows.length === 1;
  }
}

interface MemberRow {
  readonly status: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Without the copies of the image's order that lists are read by. */
type Membership = Omit<MemberRecord, 'imageCreatedAt' | 'imageName'>;

const toMember = ({
  imageId,
  memberId,
  status,
  createdAt,
  updatedAt,
}: Membership): ImageMember => ({
  imageId,
  memberId,
  status: status as MemberStatus,
  createdAt,
  updatedAt,
});
