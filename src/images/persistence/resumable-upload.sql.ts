/** Bytes that are stored of the upload `u`. */
const OFFSET = `(SELECT coalesce(sum(p.size), 0)::bigint FROM image_upload_parts p WHERE p.image_id = u.image_id)`;

export interface UploadRow {
  readonly offset: bigint;
  readonly bytes: bigint;
  readonly targets: readonly string[];
  readonly expires_at: Date | null;
}

/** One that came to its end is known by its task, which has its id. */
export const FIND = `SELECT ${OFFSET} AS "offset", u.reserved_bytes AS bytes, u.target_store_ids AS targets,
    u.heartbeat_at + make_interval(secs => $3) AS expires_at
  FROM image_uploads u WHERE u.image_id = $1::uuid AND u.upload_id = $2::uuid AND u.kind = 'resumable'
  UNION ALL SELECT i.size, i.size, '{}'::varchar[], NULL FROM image_tasks t JOIN images i ON i.id = t.image_id
  WHERE t.image_id = $1::uuid AND t.id = $2::uuid AND t.status <> 'failure' AND i.size IS NOT NULL`;

/** A row that is returned is locked; the offset is read again when the lock had to be waited for. */
export const LOCK = `SELECT u.writer_id IS NOT NULL AND u.heartbeat_at > now() - make_interval(secs => $3) AS busy
  FROM image_uploads u WHERE u.image_id = $1::uuid AND u.upload_id = $2::uuid AND u.kind = 'resumable' FOR UPDATE`;

export const READ_OFFSET = `SELECT ${OFFSET} AS "offset" FROM image_uploads u WHERE u.image_id = $1::uuid`;

export const RENEW_WRITER = `UPDATE image_uploads u SET heartbeat_at = now() FROM images i
  WHERE u.image_id = $1::uuid AND u.upload_id = $2::uuid AND u.writer_id = $3::uuid AND i.id = u.image_id
  RETURNING i.deleted_at IS NOT NULL AS deleted`;

export const OPEN_PART = `WITH earlier AS (SELECT u.image_id, u.store_id, u.key FROM image_uploads u
    WHERE u.image_id = $1::uuid AND u.upload_id = $2::uuid AND u.writer_id = $3::uuid FOR UPDATE),
  removal AS (INSERT INTO image_data_removals (store_id, key) SELECT e.store_id, e.key FROM earlier e
    WHERE NOT EXISTS (SELECT FROM image_upload_parts p WHERE p.store_id = e.store_id AND p.key = e.key)
    ON CONFLICT DO NOTHING)
  UPDATE image_uploads u SET store_id = $4, key = $5, heartbeat_at = now() FROM earlier
  WHERE u.image_id = earlier.image_id RETURNING u.image_id`;

export const RELEASE = `UPDATE image_uploads SET writer_id = NULL, heartbeat_at = now()
  WHERE image_id = $1::uuid AND upload_id = $2::uuid AND writer_id = $3::uuid`;
