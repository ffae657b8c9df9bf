import { TASK_RETENTION_HOURS } from '../domain/image-task.js';

export const EXPIRY = `now() + interval '${TASK_RETENTION_HOURS} hours'`;

/** Places of copies that are not the image's yet, of the images that `doomed` names: to the removal queue. */
const dropPlaces = (
  doomed: string,
): string => `dropped AS (DELETE FROM image_locations l USING ${doomed} d
    WHERE l.image_id = d.image_id AND l.status = 'pending' RETURNING l.store_id, l.key),
  removal AS (INSERT INTO image_data_removals (store_id, key) SELECT store_id, key FROM dropped
    ON CONFLICT DO NOTHING)`;

const UNFINISHED = `status IN ('pending', 'processing')`;

/** What an operator wants of many images waits for what users want of one. */
export const CLAIM = `WITH next AS (SELECT id, image_id FROM image_tasks
    WHERE ${UNFINISHED} AND (status = 'pending' OR heartbeat_at < now() - make_interval(secs => $2))
    ORDER BY (type = 'hash_calculation'), created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED),
  ${dropPlaces('next')}
  UPDATE image_tasks t SET status = 'processing', lease_id = $1::uuid, heartbeat_at = now(), attempts = attempts + 1,
    bytes_done = 0, bytes_total = NULL, updated_at = now()
  FROM next WHERE t.id = next.id RETURNING t.id, t.image_id, t.attempts, t.plan, t.request_id`;

const HELD = `t.id = $1::uuid AND t.lease_id = $2::uuid`;

export const RENEW_TASK = `UPDATE image_tasks t SET heartbeat_at = now(), bytes_done = $3::bigint,
    bytes_total = $4::bigint, updated_at = now()
  FROM images i WHERE ${HELD} AND i.id = t.image_id RETURNING i.deleted_at IS NOT NULL AS deleted`;

export const RELEASE = `WITH held AS (SELECT id, image_id FROM image_tasks t WHERE ${HELD} FOR UPDATE),
  ${dropPlaces('held')}
  UPDATE image_tasks t SET status = 'pending', lease_id = NULL, heartbeat_at = NULL, attempts = attempts - 1,
    bytes_done = 0, bytes_total = NULL, updated_at = now()
  FROM held WHERE t.id = held.id`;

export const PURGE_TASKS = `DELETE FROM image_tasks WHERE expires_at <= now() RETURNING id`;

/** A task that is over before it began: where owners look for the reason why their image is queued again. */
export const explain = (images: string, reason: string): string => `explained AS (
    INSERT INTO image_tasks (id, type, status, image_id, owner, message, expires_at)
    SELECT gen_random_uuid(), 'api_image_import', 'failure', i.id, i.owner, '${reason}', ${EXPIRY}
    FROM ${images} e JOIN images i ON i.id = e.id)`;

const LEASED = `SELECT 1 FROM image_uploads u WHERE u.image_id = i.id
  UNION ALL SELECT 1 FROM image_staged_data s WHERE s.image_id = i.id
  UNION ALL SELECT 1 FROM image_tasks t WHERE t.image_id = i.id AND t.${UNFINISHED}`;

export const QUEUE_FORSAKEN = `WITH forsaken AS (SELECT i.id FROM images i
    WHERE i.status IN ('saving', 'uploading', 'importing') AND i.deleted_at IS NULL AND NOT EXISTS (${LEASED})
    FOR UPDATE SKIP LOCKED),
  ${explain('forsaken', 'Nothing was bringing the data of the image any more.')}
  UPDATE images i SET status = 'queued', size = NULL, virtual_size = NULL, checksum = NULL, os_hash_algo = NULL,
    os_hash_value = NULL, version = i.version + 1, updated_at = greatest(i.updated_at, now())
  FROM forsaken WHERE i.id = forsaken.id RETURNING i.id`;
