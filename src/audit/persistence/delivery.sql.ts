import { AUDIT_COLUMNS } from './audit-record.row.js';

/** Whoever holds the cursor moves it; others find it locked and leave it to them. */
export const ENQUEUE = `WITH cursor AS (
    SELECT position FROM webhook_cursors WHERE webhook_id = $1 FOR UPDATE SKIP LOCKED),
  batch AS (
    SELECT r.id, r.action, CASE WHEN r.image_id IS NULL THEN 'tenants/' || coalesce(r.tenant_id, '')
      ELSE 'images/' || r.image_id END AS subject
    FROM audit_records r, cursor WHERE r.id > cursor.position AND r.id <= $2 ORDER BY r.id LIMIT $3),
  added AS (
    INSERT INTO webhook_deliveries (webhook_id, record_id, subject) SELECT $1, id, subject FROM batch
    WHERE $4::text[] IS NULL OR EXISTS (SELECT FROM unnest($4::text[]) AS wanted
      WHERE action = wanted OR (right(wanted, 1) = '.' AND starts_with(action, wanted)))
    ON CONFLICT DO NOTHING),
  taken AS (SELECT count(*)::integer AS taken, max(id) AS last FROM batch)
  UPDATE webhook_cursors c SET position = CASE WHEN taken.taken < $3 THEN greatest(cursor.position, $2) ELSE taken.last END
  FROM cursor, taken WHERE c.webhook_id = $1 RETURNING taken.taken`;

/** The end of the lease is the time of the next attempt, so that a sender that dies needs no tidying up. */
export const CLAIM = `WITH due AS (
    SELECT d.record_id FROM webhook_deliveries d
    WHERE d.webhook_id = $1 AND d.state = 'pending' AND d.not_before <= now() AND NOT EXISTS (
      SELECT FROM webhook_deliveries e WHERE e.webhook_id = $1 AND e.subject = d.subject
        AND e.state = 'pending' AND e.record_id < d.record_id)
    ORDER BY d.record_id LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE webhook_deliveries d SET attempts = d.attempts + 1, not_before = now() + make_interval(secs => $3)
  FROM due, audit_records r WHERE d.webhook_id = $1 AND d.record_id = due.record_id AND r.id = due.record_id
  RETURNING d.attempts, ${AUDIT_COLUMNS}`;

/** Not if somebody else has tried since: their outcome counts. */
export const FAIL = `UPDATE webhook_deliveries SET last_error = left($4, 255),
    state = CASE WHEN $5::double precision IS NULL THEN 'dead' ELSE 'pending' END,
    not_before = now() + make_interval(secs => coalesce($5::double precision, 0))
  WHERE webhook_id = $1 AND record_id = $2 AND attempts = $3`;

export const STATES = `SELECT id, count(d.record_id) FILTER (WHERE d.state = 'pending')::integer AS pending,
    count(d.record_id) FILTER (WHERE d.state = 'dead')::integer AS dead
  FROM unnest($1::text[]) WITH ORDINALITY AS webhook (id, position)
  LEFT JOIN webhook_deliveries d ON d.webhook_id = webhook.id GROUP BY id, position ORDER BY position`;
