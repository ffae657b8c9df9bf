import { recordOriginAt } from '../../platform/database/change-origin.js';
import { explain } from './image-task.sql.js';

export interface LocationRow {
  readonly image_id: string;
  readonly store_id: string;
  readonly key: string;
  readonly url: string;
  readonly metadata: Record<string, unknown>;
}

const LOCATION_COLUMNS = 'l.image_id, l.store_id, l.key, l.url, l.metadata';

export const RENEW = `UPDATE image_uploads u SET heartbeat_at = now() FROM images i
  WHERE u.image_id = $1::uuid AND u.upload_id = $2::uuid AND i.id = u.image_id
  RETURNING i.deleted_at IS NOT NULL AS deleted`;

/** Ends the leases that `doomed` selects: bytes to the removal queue, images to queued, deleted ones too. */
const abandon = (doomed: string, origin: string): string => `WITH doomed AS (${doomed}),
  ended AS (DELETE FROM image_uploads u USING doomed d
    WHERE u.image_id = d.image_id AND u.upload_id = d.upload_id RETURNING u.image_id, u.store_id, u.key),
  parts AS (DELETE FROM image_upload_parts p USING doomed d WHERE p.image_id = d.image_id RETURNING p.store_id, p.key),
  removal AS (INSERT INTO image_data_removals (store_id, key)
    SELECT store_id, key FROM ended UNION SELECT store_id, key FROM parts ON CONFLICT DO NOTHING)
  UPDATE images i SET status = 'queued', size = NULL, virtual_size = NULL, checksum = NULL, os_hash_algo = NULL,
    os_hash_value = NULL, version = i.version + 1, updated_at = greatest(i.updated_at, now())
  FROM ended WHERE i.id = ended.image_id AND i.status IN ('saving', 'uploading') RETURNING i.id, ${recordOriginAt(origin)}`;

export const ABANDON_ONE = abandon(
  `SELECT u.image_id, u.upload_id
  FROM image_uploads u JOIN images i ON i.id = u.image_id
  WHERE u.image_id = $1::uuid AND u.upload_id = $2::uuid FOR UPDATE`,
  '$3',
);

export const ABANDON_EXPIRED = abandon(
  `SELECT u.image_id, u.upload_id
  FROM image_uploads u JOIN images i ON i.id = u.image_id
  WHERE u.kind <> 'resumable' AND u.heartbeat_at < now() - make_interval(secs => $1) FOR UPDATE SKIP LOCKED`,
  '$2',
);

/** Resumable ones wait longer, unless their image was deleted and no request writes. */
export const ABANDON_IDLE = abandon(
  `SELECT u.image_id, u.upload_id
  FROM image_uploads u JOIN images i ON i.id = u.image_id
  WHERE u.kind = 'resumable' AND (u.heartbeat_at <= now() - make_interval(secs => $1)
    OR (i.deleted_at IS NOT NULL AND u.heartbeat_at <= now() - make_interval(secs => $2))) FOR UPDATE SKIP LOCKED`,
  '$3',
);

/** An image that is being imported keeps what was staged: its task ends the wait. */
export const EXPIRE_STAGED = `WITH old AS (SELECT i.id FROM image_staged_data s JOIN images i ON i.id = s.image_id
    WHERE s.staged_at <= now() - make_interval(secs => $1) AND i.status = 'uploading' FOR UPDATE OF i SKIP LOCKED),
  ended AS (DELETE FROM image_staged_data s USING old WHERE s.image_id = old.id RETURNING s.store_id, s.key),
  removal AS (INSERT INTO image_data_removals (store_id, key) SELECT store_id, key FROM ended ON CONFLICT DO NOTHING),
  ${explain('old', 'The staged data was not imported in time and has been removed.')}
  UPDATE images i SET status = 'queued', size = NULL, version = i.version + 1,
    updated_at = greatest(i.updated_at, now())
  FROM old WHERE i.id = old.id RETURNING i.id`;

export const LOCATIONS_OF = `SELECT ${LOCATION_COLUMNS} FROM image_locations l
  WHERE l.image_id = ANY ($1::uuid[]) AND l.status = 'active' ORDER BY l.position, l.created_at, l.store_id, l.key`;

/** Each try that is not confirmed makes the next one later: after 10 s, 20 s, at most 10 minutes. */
export const CLAIM_REMOVALS = `UPDATE image_data_removals r SET attempts = r.attempts + 1,
    not_before = now() + least(r.attempts + 1, 60) * interval '10 seconds'
  FROM (SELECT store_id, key FROM image_data_removals WHERE not_before <= now()
    ORDER BY not_before LIMIT $1 FOR UPDATE SKIP LOCKED) AS due
  WHERE r.store_id = due.store_id AND r.key = due.key RETURNING r.store_id, r.key`;

export const KNOWN_KEYS = `SELECT key FROM image_locations WHERE store_id = $1::varchar AND key = ANY ($2::varchar[])
  UNION SELECT key FROM image_uploads WHERE store_id = $1::varchar AND key = ANY ($2::varchar[])
  UNION SELECT key FROM image_staged_data WHERE store_id = $1::varchar AND key = ANY ($2::varchar[])
  UNION SELECT key FROM image_upload_parts WHERE store_id = $1::varchar AND key = ANY ($2::varchar[])
  UNION SELECT key FROM image_data_removals WHERE store_id = $1::varchar AND key = ANY ($2::varchar[])`;

/** A key begins with the id of its image, and ids stay for ever: what is not ours is never removed. */
export const QUEUE_ORPHANS = `INSERT INTO image_data_removals (store_id, key)
  SELECT $1::varchar, k.key FROM unnest($2::varchar[]) AS k (key) JOIN images i ON i.id::text = split_part(k.key, '.', 1)
  WHERE k.key NOT IN (${KNOWN_KEYS}) ON CONFLICT DO NOTHING RETURNING key`;

export const PAGE_OF_LOCATIONS = `SELECT ${LOCATION_COLUMNS}, i.size
  FROM image_locations l JOIN images i ON i.id = l.image_id
  WHERE l.status = 'active' AND ($1::uuid IS NULL OR (l.image_id, l.store_id, l.key) > ($1::uuid, $2::varchar, $3::varchar))
  ORDER BY l.image_id, l.store_id, l.key LIMIT $4`;
