/** A statement that finds rows which break a rule, each with what it is about and what is wrong; none is how it should be. */
export interface RecordCheck {
  /** What must hold, as the operator reads it. */
  readonly claim: string;
  /** Returns the columns `subject` and `detail`. `$1` is how many seconds without renewal end a lease. */
  readonly text: string;
}

const UNFINISHED = `t.status IN ('pending', 'processing')`;
const LIVE = 'i.deleted_at IS NULL';

/** Invariants of R-22 that the records alone tell. Each statement sees one moment. */
export const RECORD_CHECKS: readonly RecordCheck[] = [
  {
    claim: 'an image that is being saved has an upload with a live lease',
    text: `SELECT i.id::text AS subject, coalesce('no renewal since ' || u.heartbeat_at, 'no upload') AS detail
      FROM images i LEFT JOIN image_uploads u ON u.image_id = i.id AND u.kind = 'saving'
      WHERE i.status = 'saving' AND ${LIVE}
        AND (u.image_id IS NULL OR u.heartbeat_at < now() - make_interval(secs => $1))`,
  },
  {
    claim: 'an image that is being staged has an upload with a live lease, or its staged data',
    text: `SELECT i.id::text AS subject, coalesce('no renewal since ' || u.heartbeat_at, 'neither') AS detail
      FROM images i LEFT JOIN image_uploads u ON u.image_id = i.id AND u.kind IN ('staging', 'resumable')
      LEFT JOIN image_staged_data s ON s.image_id = i.id
      WHERE i.status = 'uploading' AND ${LIVE} AND s.image_id IS NULL
        AND (u.image_id IS NULL OR (u.kind = 'staging' AND u.heartbeat_at < now() - make_interval(secs => $1)))`,
  },
  {
    claim: 'an image that is being imported has a task that waits or runs',
    text: `SELECT i.id::text AS subject, 'no task' AS detail FROM images i
      WHERE i.status = 'importing' AND ${LIVE}
        AND NOT EXISTS (SELECT FROM image_tasks t WHERE t.image_id = i.id AND ${UNFINISHED})`,
  },
  {
    claim: 'a task that runs has a live lease',
    text: `SELECT t.id::text AS subject, coalesce('no renewal since ' || t.heartbeat_at, 'no lease') AS detail
      FROM image_tasks t WHERE t.status = 'processing'
        AND (t.lease_id IS NULL OR coalesce(t.heartbeat_at, '-infinity') < now() - make_interval(secs => $1))`,
  },
  {
    claim: 'an upload belongs to an image that is being saved or staged',
    text: `SELECT u.image_id::text AS subject, 'its image is ' || i.status AS detail
      FROM image_uploads u JOIN images i ON i.id = u.image_id
      WHERE i.status <> CASE u.kind WHEN 'saving' THEN 'saving' ELSE 'uploading' END`,
  },
  {
    claim: 'parts belong to an upload that goes on, or to an image that is being imported',
    text: `SELECT DISTINCT p.image_id::text AS subject, 'its image is ' || i.status AS detail
      FROM image_upload_parts p JOIN images i ON i.id = p.image_id
      WHERE i.status <> 'importing' AND ${LIVE}
        AND NOT EXISTS (SELECT FROM image_uploads u WHERE u.image_id = i.id AND u.kind = 'resumable')`,
  },
  {
    claim: 'staged data belongs to an image that waits for its import',
    text: `SELECT s.image_id::text AS subject, 'its image is ' || i.status AS detail
      FROM image_staged_data s JOIN images i ON i.id = s.image_id
      WHERE i.status NOT IN ('uploading', 'importing') AND ${LIVE}`,
  },
  {
    claim: 'an image without data has neither copies nor hashes',
    text: `SELECT i.id::text AS subject, 'is ' || i.status AS detail FROM images i
      WHERE i.status IN ('queued', 'saving', 'uploading', 'importing') AND (i.checksum IS NOT NULL OR EXISTS (
        SELECT FROM image_locations l WHERE l.image_id = i.id AND l.status = 'active'))`,
  },
  {
    claim: 'a place that is kept for a copy belongs to a task that waits or runs',
    text: `SELECT l.image_id::text AS subject, l.store_id || ' ' || l.key AS detail FROM image_locations l
      WHERE l.status = 'pending'
        AND NOT EXISTS (SELECT FROM image_tasks t WHERE t.image_id = l.image_id AND ${UNFINISHED})`,
  },
  {
    claim: 'data that is to be removed belongs to nobody',
    text: `SELECT r.key AS subject, 'recorded in ' || r.store_id AS detail
      FROM image_data_removals r JOIN image_locations l ON l.store_id = r.store_id AND l.key = r.key`,
  },
  {
    claim: 'usage of a tenant is the sum over its images',
    text: `SELECT coalesce(t.id, u.owner) AS subject, format('counted %s images and %s bytes, has %s and %s',
        coalesce(t.image_count, 0), coalesce(t.image_bytes, 0), coalesce(u.images, 0), coalesce(u.bytes, 0)) AS detail
      FROM tenants t FULL JOIN (
        SELECT owner, count(*) FILTER (WHERE deleted_at IS NULL) AS images, coalesce(sum(size), 0) AS bytes
        FROM images WHERE owner IS NOT NULL GROUP BY owner) u ON u.owner = t.id
      WHERE coalesce(t.image_count, 0) <> coalesce(u.images, 0) OR coalesce(t.image_bytes, 0) <> coalesce(u.bytes, 0)`,
  },
  {
    claim: 'a share is sorted by the name and the time of its image',
    text: `SELECT m.image_id::text AS subject, 'member ' || m.member_id AS detail
      FROM image_members m JOIN images i ON i.id = m.image_id
      WHERE (m.image_created_at, m.image_name) IS DISTINCT FROM (i.created_at, i.name)`,
  },
  {
    claim: 'no record is older than its creation',
    text: `SELECT id::text AS subject, 'updated ' || updated_at || ', created ' || created_at AS detail
      FROM images WHERE updated_at < created_at`,
  },
];

/** Images that tell of data and have none here: loaded as records alone, or broken. */
export const WITHOUT_COPIES: RecordCheck = {
  claim: 'an active image has data',
  text: `SELECT i.id::text AS subject, 'no copy is recorded' AS detail FROM images i
    WHERE i.status IN ('active', 'deactivated') AND ${LIVE}
      AND NOT EXISTS (SELECT FROM image_locations l WHERE l.image_id = i.id AND l.status = 'active')`,
};

/** Every foreign key, with the names of both sides, quoted. */
export const FOREIGN_KEYS = `SELECT c.conname AS name, c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent,
    (SELECT array_agg(quote_ident(a.attname) ORDER BY k.position) FROM unnest(c.conkey) WITH ORDINALITY AS k (number, position)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)::text[] AS child_columns,
    (SELECT array_agg(quote_ident(a.attname) ORDER BY k.position) FROM unnest(c.confkey) WITH ORDINALITY AS k (number, position)
      JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)::text[] AS parent_columns
  FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY c.conname`;

export interface ForeignKeyRow {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly child_columns: readonly string[];
  readonly parent_columns: readonly string[];
}

/** A key that PostgreSQL enforces is broken by damaged files or by hand only. */
export function orphanCheck({ child, parent, ...columns }: ForeignKeyRow): RecordCheck {
  const { child_columns: own, parent_columns: theirs } = columns;
  const isSet = own.map((column) => `c.${column} IS NOT NULL`).join(' AND ');
  const matches = own.map((column, at) => `c.${column} = p.${theirs[at] ?? ''}`).join(' AND ');
  return {
    claim: `a row of ${child} has its row of ${parent}`,
    text: `SELECT concat_ws(' ', ${own.map((column) => `c.${column}`).join(', ')}) AS subject, 'has none' AS detail
      FROM ${child} c WHERE ${isSet} AND NOT EXISTS (SELECT FROM ${parent} p WHERE ${matches})`,
  };
}
