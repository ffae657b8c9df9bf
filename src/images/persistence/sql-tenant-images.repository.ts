import { Inject, Injectable } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import { TenantImagesRepository } from '../application/ports/tenant-images.repository.js';
import { ERASURE } from './sql-deleted-image.repository.js';

/** Spelled as two conditions, each served by an index of its own. */
const LIVE = `owner = $1 AND deleted_at IS NULL`;
const RESTORABLE = `owner = $1 AND deleted_at IS NOT NULL AND status <> 'purged'`;

/** {@link TenantImagesRepository} on PostgreSQL. */
@Injectable()
export class SqlTenantImagesRepository extends TenantImagesRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async countImages(tenantId: TenantId): Promise<{ count: number; bytes: number }> {
    const [row] = await this.database.read<{ count: number; bytes: number }>({
      name: 'count-images-of-tenant',
      text: `SELECT count(*)::integer AS count, coalesce(sum(size), 0)::double precision AS bytes FROM (
        SELECT size FROM images WHERE ${LIVE} UNION ALL SELECT size FROM images WHERE ${RESTORABLE}) AS owned`,
      values: [tenantId],
    });
    return row ?? { count: 0, bytes: 0 };
  }

  override async countShares(tenantId: TenantId): Promise<number> {
    const [row] = await this.database.read<{ count: number }>({
      name: 'count-shares-with-tenant',
      text: 'SELECT count(*)::integer AS count FROM image_members WHERE member_id = $1',
      values: [tenantId],
    });
    return row?.count ?? 0;
  }

  override async eraseImages(tenantId: TenantId, batch: number): Promise<number> {
    const rows = await this.database.execute({
      name: 'erase-images-of-tenant',
      text: `WITH live AS (SELECT id FROM images WHERE ${LIVE} LIMIT $2 FOR UPDATE SKIP LOCKED),
        restorable AS (SELECT id FROM images WHERE ${RESTORABLE}
          AND NOT EXISTS (SELECT FROM image_uploads u WHERE u.image_id = images.id)
          LIMIT $2 FOR UPDATE SKIP LOCKED),
        taken AS (SELECT id FROM live UNION ALL SELECT id FROM restorable),
        old AS (SELECT id FROM taken WHERE NOT EXISTS (SELECT FROM image_uploads u WHERE u.image_id = taken.id)),
        deleted AS (
          UPDATE images i SET deleted_at = now(), version = version + 1 FROM taken
          WHERE i.id = taken.id AND i.id NOT IN (SELECT id FROM old) RETURNING i.id),
        ${ERASURE}
        SELECT id, ${recordOriginAt('$3')} FROM (SELECT id FROM erased UNION ALL SELECT id FROM deleted) AS gone`,
      values: [tenantId, batch, originAsText()],
    });
    return rows.length;
  }

  override async endShares(tenantId: TenantId, batch: number): Promise<number> {
    const rows = await this.database.execute({
      name: 'end-shares-with-tenant',
      text: `DELETE FROM image_members WHERE member_id = $1 AND image_id IN (
          SELECT image_id FROM image_members WHERE member_id = $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING image_id, ${recordOriginAt('$3')}`,
      values: [tenantId, batch, originAsText()],
    });
    return rows.length;
  }
}
