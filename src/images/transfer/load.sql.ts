import { COLUMN_OF } from '../persistence/image-columns.js';

/** What a batch says about each image: the columns of its rows, behind `ordinal` and `states_members`. */
const STATED_COLUMNS: readonly string[] = [...Object.values(COLUMN_OF), 'tags', 'properties'];

/** A date that is not stated is the other one, or else now. */
const DATES: Readonly<Record<string, string>> = {
  created_at: 'COALESCE(created_at, updated_at, now())',
  updated_at: 'COALESCE(updated_at, created_at, now())',
};

const list = (columns: readonly string[], alias?: string): string =>
  columns.map((column) => (alias === undefined ? column : `${alias}.${column}`)).join(', ');

/** Tables of this session alone: `load_image` and `load_member` hold one batch, `load_seen` every id of the input. */
export const PREPARE = [
  // As queries of no rows: the columns take type and collation from the catalog, but no constraints.
  `CREATE TEMP TABLE load_image AS
     SELECT 0::bigint AS ordinal, false AS states_members, ${list(STATED_COLUMNS)}
     FROM images WITH NO DATA`,
  `CREATE TEMP TABLE load_member AS
     SELECT image_id, member_id, status, created_at, updated_at FROM image_members WITH NO DATA`,
  `CREATE TEMP TABLE load_seen (id uuid PRIMARY KEY, ordinal bigint NOT NULL)`,
];

export const CLEAR_BATCH = 'TRUNCATE load_image, load_member';
export const COPY_IMAGES = 'COPY load_image FROM STDIN';
export const COPY_MEMBERS = 'COPY load_member FROM STDIN';

/** The audit tells of added images by their number, or a load would take twice its time; of replaced ones by each. */
export const RECORD_AS_ONE = `SET LOCAL catalog.bulk = 'on'`;
export const RECORD_EACH = `SET LOCAL catalog.bulk = 'off'`;

/** Takes documents out of the batch whose id stands earlier in the input; returns their ordinals. */
export const REMOVE_REPEATED = `
  WITH first AS (
    INSERT INTO load_seen SELECT id, ordinal FROM load_image ORDER BY ordinal
    ON CONFLICT DO NOTHING RETURNING ordinal)
  DELETE FROM load_image l WHERE NOT EXISTS (SELECT FROM first f WHERE f.ordinal = l.ordinal)
  RETURNING l.ordinal`;

/**
 * Holds the images that exist already still until the transaction ends. It comes before anything that
 * touches the counters of tenants: whoever deletes an image takes these locks in the same order.
 */
export const LOCK_IMAGES = `
  SELECT FROM images i WHERE i.id IN (SELECT l.id FROM load_image l) ORDER BY i.id FOR UPDATE`;

/**
 * Inserts the images whose ids are and were not taken, and takes them out of the batch. In the order of their
 * ids, so that two loads wait for each other rather than deadlock. The row count is the number of new images.
 */
export const ADD_IMAGES = `
  WITH added AS (
    INSERT INTO images (${list(STATED_COLUMNS)}, version)
    SELECT ${STATED_COLUMNS.map((column) => DATES[column] ?? column).join(', ')}, 1
    FROM load_image ORDER BY id
    ON CONFLICT DO NOTHING RETURNING id),
  shared AS (
    INSERT INTO image_members (image_id, member_id, status, created_at, updated_at)
    SELECT m.image_id, m.member_id, m.status,
           COALESCE(m.created_at, m.updated_at, now()), COALESCE(m.updated_at, m.created_at, now())
    FROM load_member m JOIN added ON added.id = m.image_id)
  DELETE FROM load_image l USING added WHERE l.id = added.id`;

/** Which of the rest of the batch stand for deleted images. */
export const FIND_DELETED = `
  SELECT l.ordinal FROM load_image l JOIN images i ON i.id = l.id WHERE i.deleted_at IS NOT NULL`;

/** Tags are a set: another order is no difference. Dates that a document does not state are not compared. */
const COMPARED = STATED_COLUMNS.filter(
  (column) => !['id', 'tags', 'created_at', 'updated_at'].includes(column),
);
const DIFFERS = `(
      (${list(COMPARED, 'i')}) IS DISTINCT FROM (${list(COMPARED, 'l')})
      OR NOT (i.tags @> l.tags AND i.tags <@ l.tags)
      OR i.created_at <> l.created_at OR i.updated_at <> l.updated_at)`;

/** Overwrites the live images that differ from the rest of the batch. */
const REPLACED = `
  replaced AS (
    UPDATE images i SET
      ${COMPARED.map((column) => `${column} = l.${column}`).join(', ')}, tags = l.tags,
      created_at = COALESCE(l.created_at, i.created_at), updated_at = COALESCE(l.updated_at, now()),
      version = i.version + 1
    FROM load_image l
    WHERE i.id = l.id AND i.deleted_at IS NULL AND ${DIFFERS}
    RETURNING i.id)`;

/** The same for the members of the documents that list them; the image itself is not touched by that. */
const SHARED_ANEW = `
  live AS (
    SELECT l.id FROM load_image l JOIN images i ON i.id = l.id
    WHERE l.states_members AND i.deleted_at IS NULL),
  unshared AS (
    DELETE FROM image_members m USING live
    WHERE m.image_id = live.id AND NOT EXISTS (
      SELECT FROM load_member n WHERE n.image_id = m.image_id AND n.member_id = m.member_id)
    RETURNING m.image_id),
  answered AS (
    UPDATE image_members m SET status = n.status,
      created_at = COALESCE(n.created_at, m.created_at), updated_at = COALESCE(n.updated_at, now())
    FROM load_member n JOIN live ON live.id = n.image_id
    WHERE m.image_id = n.image_id AND m.member_id = n.member_id
      AND (m.status <> n.status OR m.created_at <> n.created_at OR m.updated_at <> n.updated_at)
    RETURNING m.image_id),
  shared AS (
    INSERT INTO image_members (image_id, member_id, status, created_at, updated_at)
    SELECT n.image_id, n.member_id, n.status,
           COALESCE(n.created_at, n.updated_at, now()), COALESCE(n.updated_at, n.created_at, now())
    FROM load_member n JOIN live ON live.id = n.image_id
    ON CONFLICT DO NOTHING RETURNING image_id)`;

/** Makes the live images of the rest of the batch what their documents say; returns how many that changed. */
export const REPLACE_IMAGES = `
  WITH ${REPLACED}, ${SHARED_ANEW}
  SELECT count(*)::integer AS replaced FROM (
    SELECT id FROM replaced UNION SELECT image_id FROM unshared
    UNION SELECT image_id FROM answered UNION SELECT image_id FROM shared) changed`;
