import type { Pool } from 'pg';
import type { ModelImage } from './list-model.js';

/** Makes the images, with their members, the whole content of a database. */
export async function storeCatalog(pool: Pool, images: readonly ModelImage[]): Promise<void> {
  await pool.query('TRUNCATE images, image_members, tenants CASCADE');
  await insertImages(pool, images);
}

/** Adds images with their members in two statements. */
export async function insertImages(pool: Pool, images: readonly ModelImage[]): Promise<void> {
  const rows = images.map((image) => ({
    ...image,
    size: image.size?.toString() ?? null,
    virtualSize: image.virtualSize?.toString() ?? null,
    properties: JSON.stringify(image.properties),
  }));
  await pool.query(
    `INSERT INTO images (id, owner, name, status, visibility, protected, os_hidden, disk_format, container_format,
       size, virtual_size, min_disk, min_ram, tags, properties, created_at, updated_at, deleted_at)
     SELECT id, owner, name, status, visibility, "isProtected", "isHidden", "diskFormat", "containerFormat",
       size, "virtualSize", "minDisk", "minRam", tags, properties::jsonb, "createdAt", "updatedAt",
       CASE WHEN "isDeleted" THEN now() END
     FROM jsonb_to_recordset($1) AS image (id uuid, owner text, name text, status text, visibility text,
       "isProtected" boolean, "isHidden" boolean, "diskFormat" text, "containerFormat" text, size bigint,
       "virtualSize" bigint, "minDisk" integer, "minRam" integer, tags text[], properties text,
       "createdAt" timestamptz, "updatedAt" timestamptz, "isDeleted" boolean)`,
    [JSON.stringify(rows)],
  );
  const members = images.flatMap(({ id, members }) =>
    Object.entries(members).map(([member, status]) => ({ id, member, status })),
  );
  await pool.query(
    `INSERT INTO image_members (image_id, member_id, status)
     SELECT id, member, status FROM jsonb_to_recordset($1) AS row (id uuid, member text, status text)`,
    [JSON.stringify(members)],
  );
}
