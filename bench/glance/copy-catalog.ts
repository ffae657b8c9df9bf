import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

const SHARED = `id, name, size, status, created_at, updated_at, deleted_at, checksum, owner, min_disk, min_ram, visibility, os_hidden,
  os_hash_algo, os_hash_value, disk_format, container_format`;
const LIVE = 'i.deleted_at IS NOT NULL AS deleted';

/** Glance's tables, and what is in ours of what they hold. */
const TABLES: readonly (readonly [columns: string, select: string])[] = [
  [
    `images (${SHARED}, deleted, protected)`,
    `SELECT ${SHARED}, ${LIVE}, i.protected FROM images i`,
  ],
  [
    'image_properties (image_id, name, value, created_at, updated_at, deleted)',
    `SELECT i.id, p.key, p.value, i.created_at, i.updated_at, ${LIVE} FROM images i, jsonb_each_text(i.properties) AS p`,
  ],
  [
    'image_tags (image_id, value, created_at, updated_at, deleted)',
    `SELECT i.id, tag, i.created_at, i.updated_at, ${LIVE} FROM images i, unnest(i.tags) AS tag`,
  ],
  [
    'image_members (image_id, member, can_share, status, created_at, updated_at, deleted)',
    `SELECT m.image_id, m.member_id, false, m.status, m.created_at, m.updated_at, ${LIVE}
     FROM image_members m JOIN images i ON i.id = m.image_id`,
  ],
];

/** Copies all images, with properties, tags and members, into an empty database of Glance. */
export async function copyCatalog(from: Client, to: Client): Promise<void> {
  for (const [columns, select] of TABLES) {
    const source = from.query(copyTo(`COPY (${select}) TO STDOUT`));
    await pipeline(source, to.query(copyFrom(`COPY ${columns} FROM STDIN`)));
  }
  await to.query('VACUUM ANALYZE');
}
