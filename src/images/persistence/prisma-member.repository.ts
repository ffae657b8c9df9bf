import { Inject, Injectable } from '@nestjs/common';
import type { ImageMember as MemberRecord } from '../../generated/prisma/client.js';
import type { TenantId } from '../../kernel/principal.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
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
            SELECT 1 FROM images WHERE id = ${imageId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
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
    const [record] = await this.database.write((prisma) =>
      prisma.imageMember.updateManyAndReturn({
        where: { imageId, memberId },
        data: { status, updatedAt: new Date() },
      }),
    );
    return record === undefined ? null : toMember(record);
  }

  async remove(imageId: string, memberId: TenantId): Promise<boolean> {
    const { count } = await this.database.write((prisma) =>
      prisma.imageMember.deleteMany({ where: { imageId, memberId } }),
    );
    return count === 1;
  }
}

function toMember(record: MemberRecord): ImageMember {
  return { ...record, status: record.status as MemberStatus };
}
