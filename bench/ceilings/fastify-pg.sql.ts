/** The additional properties come as text and are passed on as they are. */
export interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly status: string;
  readonly visibility: string;
  readonly protected: boolean;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  /** Digits. */
  readonly size: string | null;
  readonly virtual_size: string | null;
  readonly checksum: string | null;
  readonly os_hidden: boolean;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly properties: string;
  readonly created: string;
  readonly updated: string;
}

const SECONDS = `'YYYY-MM-DD"T"HH24:MI:SS"Z"'`;
const COLUMNS = `i.id, i.name, i.status, i.visibility, i.protected, i.min_disk, i.min_ram, i.tags, i.owner, i.disk_format,
  i.container_format, i.size, i.virtual_size, i.checksum, i.os_hidden, i.os_hash_algo, i.os_hash_value, i.properties::text,
  to_char(i.created_at AT TIME ZONE 'UTC', ${SECONDS}) AS created, to_char(i.updated_at AT TIME ZONE 'UTC', ${SECONDS}) AS updated`;
const LIVE = 'i.deleted_at IS NULL AND NOT i.os_hidden';

/** Where the columns of an order stand: in the image, or in the row that shares it. */
interface Ordered {
  readonly created: string;
  readonly id: string;
  readonly name: string;
}
type Write = (columns: Ordered) => string;
const IN_IMAGE: Ordered = { created: 'i.created_at', id: 'i.id', name: 'i.name' };
const IN_MEMBER: Ordered = {
  created: 'm.image_created_at',
  id: 'm.image_id',
  name: 'm.image_name',
};
const newest: Write = ({ created, id }) => `${created} DESC, ${id} DESC`;

/** Own, public and shared images, each in the order of an index, merged. `$1` is the tenant. */
function page(condition: string, order: Write, behind: Write = () => 'true'): string {
  const member = `FROM image_members m CROSS JOIN LATERAL (SELECT * FROM images WHERE id = m.image_id OFFSET 0) i
    WHERE m.member_id = $1 AND m.status = 'accepted' AND i.visibility = 'shared' AND i.owner IS DISTINCT FROM $1`;
  const branches = [
    { from: `FROM images i WHERE i.owner = $1`, columns: IN_IMAGE },
    {
      from: `FROM images i WHERE i.visibility = 'public' AND i.owner IS DISTINCT FROM $1`,
      columns: IN_IMAGE,
    },
    { from: member, columns: IN_MEMBER },
  ].map(
    ({ from, columns }) =>
      `(SELECT i.* ${from} AND ${LIVE} AND ${condition} AND ${behind(columns)} ORDER BY ${order(columns)} LIMIT 25)`,
  );
  return `SELECT ${COLUMNS} FROM (${branches.join(' UNION ALL ')}) i ORDER BY ${order(IN_IMAGE)} LIMIT 25`;
}

export const SHOW = `SELECT ${COLUMNS} FROM images i WHERE i.id = $1 AND i.deleted_at IS NULL`;
export const FIRST_PAGE = page('true', newest);
export const NEXT_PAGE = page(
  'true',
  newest,
  ({ created, id }) => `(${created}, ${id}) < (SELECT created_at, id FROM images WHERE id = $2)`,
);
export const COMMON_PROPERTY = page('i.properties @> $2::jsonb', newest);
export const RARE_PROPERTY = `WITH found AS MATERIALIZED (SELECT * FROM images i WHERE i.properties @> $2::jsonb AND ${LIVE})
  SELECT ${COLUMNS} FROM found i WHERE i.owner = $1 OR i.visibility = 'public' OR EXISTS (SELECT FROM image_members m
    WHERE m.image_id = i.id AND m.member_id = $1 AND m.status = 'accepted') ORDER BY ${newest(IN_IMAGE)} LIMIT 25`;
export const TAG_AND_STATUS = page(
  `i.tags @> $2::text[] AND i.status = 'active'`,
  ({ name, created, id }) => `${name}, ${created}, ${id}`,
);
export const CREATE = `INSERT INTO images AS i (id, owner, name, properties) VALUES (gen_random_uuid(), 'ceiling', $1, $2::jsonb)
  RETURNING ${COLUMNS}`;
export const PATCH = `UPDATE images i SET properties = properties || $2::jsonb, version = version + 1, updated_at = now()
  WHERE id = $1 RETURNING ${COLUMNS}`;

const text = (value: string | null): string => (value === null ? 'null' : JSON.stringify(value));

export function toDocument(row: Row): string {
  const { id } = row;
  const properties = row.properties === '{}' ? '' : `,${row.properties.slice(1, -1)}`;
  return `{"id":"${id}","name":${text(row.name)},"status":"${row.status}","visibility":"${row.visibility}",\
"protected":${row.protected},"min_disk":${row.min_disk},"min_ram":${row.min_ram},"tags":${JSON.stringify(row.tags)},\
"created_at":"${row.created}","updated_at":"${row.updated}","self":"/v2/images/${id}",\
"file":"/v2/images/${id}/file","schema":"/v2/schemas/image","owner":${text(row.owner)},\
"disk_format":${text(row.disk_format)},"container_format":${text(row.container_format)},\
"size":${row.size ?? 'null'},"virtual_size":${row.virtual_size ?? 'null'},"checksum":${text(row.checksum)},\
"os_hidden":${row.os_hidden},"os_hash_algo":${text(row.os_hash_algo)},"os_hash_value":${text(row.os_hash_value)}${properties}}`;
}
