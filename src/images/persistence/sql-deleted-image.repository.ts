import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import type { TenantId } from '../../kernel/principal.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import {
  DeletedImageRepository,
  type DeletedImage,
} from '../application/ports/deleted-image.repository.js';
import { IMAGE_COLUMNS, toImage, type ImageRow } from './image.record.js';
import { SqlParameters } from './sql-parameters.js';

type DeletedRow = ImageRow & { readonly deleted_at: Date };

const SELECT = `SELECT ${IMAGE_COLUMNS}, i.deleted_at FROM images i WHERE i.deleted_at IS NOT NULL AND i.status <> 'purged'`;

/** Leaves nothing of the images `old` but their ids, and queues their data for removal. */
export const ERASURE = `unshared AS (DELETE FROM image_members m USING old WHERE m.image_id = old.id),
  unstored AS (DELETE FROM image_locations l USING old WHERE l.image_id = old.id RETURNING l.store_id, l.key),
  unstaged AS (DELETE FROM image_staged_data s USING old WHERE s.image_id = old.id RETURNING s.store_id, s.key),
  parted AS (DELETE FROM image_upload_parts p USING old WHERE p.image_id = old.id RETURNING p.store_id, p.key),
  removal AS (INSERT INTO image_data_removals (store_id, key)
    SELECT store_id, key FROM unstored UNION ALL SELECT store_id, key FROM unstaged
    UNION ALL SELECT store_id, key FROM parted ON CONFLICT DO NOTHING),
  erased AS (UPDATE images i SET status = 'purged', owner = NULL, name = NULL, properties = '{}', tags = '{}',
      disk_format = NULL, container_format = NULL, size = NULL, virtual_size = NULL, checksum = NULL,
      os_hash_algo = NULL, os_hash_value = NULL, deleted_at = coalesce(deleted_at, now()), version = version + 1
    FROM old WHERE i.id = old.id RETURNING i.id)`;

/** {@link DeletedImageRepository} on PostgreSQL. A purged row keeps its id and nothing else. */
@Injectable()
export class SqlDeletedImageRepository extends DeletedImageRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async find(id: string): Promise<DeletedImage | null> {
    const text = `${SELECT} AND i.id = $1::uuid`;
    const [row] = await this.database.read<DeletedRow>({
      name: 'find-deleted-image',
      text,
      values: [id],
    });
    return row === undefined ? null : toDeletedImage(row);
  }

  async list(options: {
    owner: TenantId | null;
    limit: number;
    after: DeletedImage | null;
  }): Promise<Page<DeletedImage>> {
    const parameters = new SqlParameters();
    const { owner, limit, after } = options;
    const conditions = [
      owner === null ? '' : ` AND i.owner = ${parameters.bind(owner)}`,
      after === null
        ? ''
        : ` AND (i.deleted_at, i.id) < (${parameters.bind(after.deletedAt)}, ${parameters.bind(after.image.attributes.id, 'uuid')})`,
    ].join('');
    const text = `${SELECT}${conditions} ORDER BY i.deleted_at DESC, i.id DESC LIMIT ${parameters.bind(limit)}`;
    const name = `list-deleted-images-${owner !== null}-${after !== null}`;
    const rows = await this.database.readAnywhere<DeletedRow>({
      name,
      text,
      values: parameters.values,
    });
    return { items: rows.map(toDeletedImage), isFull: limit > 0 && rows.length === limit };
  }

  async restore(id: string): Promise<boolean> {
    const rows = await this.database.execute({
      name: 'restore-image',
      text: `UPDATE images SET deleted_at = NULL, version = version + 1
        WHERE id = $1::uuid AND deleted_at IS NOT NULL AND status <> 'purged' RETURNING id, ${recordOriginAt('$2')}`,
      values: [id, originAsText()],
    });
    return rows.length === 1;
  }

  async purge(retentionSeconds: number, batch: number): Promise<number> {
    const rows = await this.database.execute({
      name: 'purge-deleted-images',
      text: `WITH old AS (
          SELECT id FROM images
          WHERE deleted_at <= now() - make_interval(secs => $1) AND deleted_at IS NOT NULL AND status <> 'purged'
            AND NOT EXISTS (SELECT 1 FROM image_uploads u WHERE u.image_id = images.id)
            AND NOT EXISTS (SELECT 1 FROM image_tasks t WHERE t.image_id = images.id AND t.status IN ('pending', 'processing'))
          ORDER BY deleted_at, id LIMIT $2 FOR UPDATE SKIP LOCKED),
        ${ERASURE}
        SELECT id FROM erased`,
      values: [retentionSeconds, batch],
    });
    return rows.length;
  }
}

const toDeletedImage = (row: DeletedRow): DeletedImage => ({
  image: toImage(row),
  deletedAt: row.deleted_at,
});
