/**
 * A catalog of any size, made inside the database: the same images every time, of about 1.2 KB, with the
 * proportions of a public cloud. Tenant 0 owns three in ten; the others of {@link TENANTS} ever less.
 */

export const TENANTS = 400;
/** Images that others share with {@link PARTNER}, as far as the catalog holds that many. */
export const SHARES = 5000;

/** The id of the n-th tenant, as SQL; {@link tenantId} says the same. */
const tenant = (n: string): string => `md5('tenant ' || (${n}))`;

/** Tenants that differ in kind, by their number. */
export const LARGEST = 0;
export const PARTNER = TENANTS;
export const SMALL = TENANTS + 1;
/** Images of the tenant {@link SMALL}: the newest, one in the middle and the oldest. */
export const SMALL_IMAGES = 3;

/** What lists are filtered by: how many images have it does or does not grow with the catalog. */
export const COMMON = { property: ['os_distro', 'ubuntu'], tag: 'linux' } as const;
export const RARE = { property: ['build_id', 'b-17'], tag: 'team-7' } as const;

/** A number below `n` that is the same for an image every time, and independent between `seed`s. */
const pick = (seed: number, n: number): string =>
  `(abs(hashint8extended(g, ${seed}) % ${n}))::integer`;

const OWNER = `CASE WHEN g IN (1, $1::bigint / 2, $1::bigint) THEN ${tenant(String(SMALL))}
  WHEN ${pick(1, 10)} < 3 THEN ${tenant(String(LARGEST))}
  ELSE ${tenant(`1 + floor(${TENANTS - 1} * (${pick(2, 1000)} / 1000.0) ^ 2)`)} END`;

/** Spread over five years, in the order of the numbers. */
const CREATED_AT = `(timestamptz '2021-01-01Z' + g * (interval '1800 days' / $1::bigint))`;

/** About fifteen of them: what build tools, clients and hypervisors set. */
const PROPERTIES = `jsonb_build_object(
  'os_distro', (ARRAY['ubuntu', 'debian', 'centos', 'fedora', 'windows'])[1 + ${pick(3, 10)} / 2],
  'os_version', (18 + ${pick(4, 8)})::text || '.04', 'os_type', CASE WHEN ${pick(3, 10)} < 8 THEN 'linux' ELSE 'windows' END,
  'architecture', CASE WHEN ${pick(5, 10)} < 8 THEN 'x86_64' ELSE 'aarch64' END,
  'build_id', 'b-' || (g / 10), 'image_type', CASE WHEN ${pick(6, 3)} = 0 THEN 'snapshot' ELSE 'image' END,
  'hw_disk_bus', 'virtio', 'hw_vif_model', 'virtio', 'hw_qemu_guest_agent', 'yes', 'hw_rng_model', 'virtio',
  'os_admin_user', 'root', 'base_image_ref', md5((g / 50)::text)::uuid, 'instance_uuid', md5('server ' || g)::uuid,
  'owner_specified.openstack.sha256', md5('a' || g) || md5('b' || g), 'owner_specified.openstack.md5', md5('c' || g),
  'description', 'Built from branch main by pipeline ' || (g / 7) || ', checked against the baseline of its release')`;

const COLUMNS: Readonly<Record<string, string>> = {
  id: 'md5(g::text)::uuid',
  owner: OWNER,
  name: `(ARRAY['Ubuntu', 'Debian', 'CentOS', 'Fedora', 'Windows'])[1 + ${pick(3, 10)} / 2] || ' ' || ${pick(4, 8)} || ' build ' || (g / 3)`,
  status: `CASE WHEN ${pick(7, 100)} < 96 THEN 'active' WHEN ${pick(7, 100)} < 98 THEN 'queued' ELSE 'deactivated' END`,
  visibility: `CASE WHEN ${pick(8, 100)} < 60 THEN 'private' WHEN ${pick(8, 100)} < 93 THEN 'shared'
    WHEN ${pick(8, 100)} < 95 THEN 'community' ELSE 'public' END`,
  os_hidden: `${pick(9, 100)} < 2`,
  disk_format: `(ARRAY['qcow2', 'raw', 'vmdk', 'iso'])[1 + ${pick(10, 4)}]`,
  container_format: `'bare'`,
  size: `1000000 * (1 + ${pick(11, 40_000)})::bigint`,
  checksum: 'md5(g::text)',
  os_hash_algo: `'sha512'`,
  os_hash_value: `repeat(md5('hash ' || g), 4)`,
  min_disk: pick(12, 40),
  min_ram: `512 * ${pick(13, 16)}`,
  tags: `array_remove(ARRAY[CASE WHEN ${pick(3, 10)} < 8 THEN 'linux' END, CASE WHEN ${pick(14, 10)} = 0 THEN 'production' END,
    CASE WHEN ${pick(15, 2)} = 0 THEN 'team-' || (g / 40) END], NULL)`,
  properties: PROPERTIES,
  created_at: CREATED_AT,
  updated_at: `${CREATED_AT} + ${pick(16, 90)} * interval '1 day'`,
  deleted_at: `CASE WHEN ${pick(17, 100)} = 0 AND g NOT IN (1, $1::bigint / 2, $1::bigint) THEN now() END`,
};

/** `$1` is the size of the whole catalog; images `$2` to `$3` of it are added. */
export const ADD_IMAGES = `INSERT INTO images (${Object.keys(COLUMNS).join(', ')})
  SELECT ${Object.values(COLUMNS).join(', ')} FROM generate_series($2::bigint, $3::bigint) AS g`;

/** One to three members for a shared image, and the newest ones of other tenants for {@link PARTNER}. */
export const ADD_MEMBERS = [
  `INSERT INTO image_members (image_id, member_id, status, created_at, updated_at)
   SELECT i.id, ${tenant(`1 + abs(hashint8extended(hashtextextended(i.id::text, n), n) % ${TENANTS - 1})`)},
     (ARRAY['pending', 'accepted', 'accepted', 'rejected'])[1 + abs(hashtextextended(i.id::text, 9 + n) % 4)],
     i.created_at, i.created_at
   FROM images i, generate_series(1, 3) AS n
   WHERE i.visibility = 'shared' AND n <= 1 + abs(hashtextextended(i.id::text, 0) % 3) ON CONFLICT DO NOTHING`,
  `INSERT INTO image_members (image_id, member_id, status, created_at, updated_at)
   SELECT i.id, ${tenant(String(PARTNER))}, CASE WHEN abs(hashtextextended(i.id::text, 5) % 5) = 0 THEN 'pending' ELSE 'accepted' END,
     i.created_at, i.created_at
   FROM images i WHERE i.visibility = 'shared' AND i.deleted_at IS NULL
   ORDER BY hashtextextended(i.id::text, 3) LIMIT ${SHARES} ON CONFLICT DO NOTHING`,
];
