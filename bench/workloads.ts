import type { Client } from 'pg';
import { COMMON, RARE } from './catalog.sql.js';
import type { BenchRequest, Requests } from './load.js';

/** Tokens and images that the requests are about. */
export interface Cast {
  /** Tokens of the tenants: with most images, with shared ones, with three, and an admin's. */
  readonly tokens: Readonly<Record<'largest' | 'partner' | 'small' | 'admin', string>>;
  readonly tenantIds: Readonly<Record<keyof Cast['tokens'], string>>;
  readonly largestId: string;
  readonly adminPassword: string;
  /** Images of the largest tenant, spread over the collection. */
  readonly ids: readonly string[];
  /** The image that nine in ten images of the largest tenant are newer than; and that nine in ten of all are. */
  readonly deep: string;
  readonly deepest: string;
}

export interface Workload {
  readonly name: string;
  readonly service: Requests;
  /** The same of the ceiling, which has no tokens; null where it has no such route. */
  readonly ceiling: Requests | null;
  /** The same of Glance; null what it does not have. */
  readonly glance: Requests | null;
}

type Compared = Omit<Workload, 'glance'>;

const PATCH = 'application/openstack-images-v2.1-json-patch';
const JSON_TYPE = 'application/json';

export async function castOf(client: Client, largestId: string) {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM images WHERE owner = $1 AND deleted_at IS NULL ORDER BY hashtextextended(id::text, 4) LIMIT 1000`,
    [largestId],
  );
  const deep = await client.query<{ id: string }>(
    `SELECT id FROM images WHERE owner = $1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC
     OFFSET (SELECT count(*) * 0.9 FROM images WHERE owner = $1 AND deleted_at IS NULL) LIMIT 1`,
    [largestId],
  );
  const deepest = await client.query<{ id: string }>(
    `SELECT id FROM images WHERE deleted_at IS NULL AND NOT os_hidden ORDER BY created_at DESC, id DESC
     OFFSET (SELECT count(*) * 0.9 FROM images WHERE deleted_at IS NULL AND NOT os_hidden) LIMIT 1`,
  );
  return {
    ids: rows.map(({ id }) => id),
    deep: deep.rows[0]?.id ?? '',
    deepest: deepest.rows[0]?.id ?? '',
  };
}

export function workloads(cast: Cast): Workload[] {
  const all = [...reads(cast), ...writes(cast), ...others(cast)];
  return all.map((workload) => ({ ...workload, glance: glanceRequests(workload.service, cast) }));
}

/** The caller is named by headers instead of a token: Glance is measured without the cost of Keystone. */
function glanceRequests(service: Requests, { tokens, tenantIds }: Cast): Requests | null {
  if (!service(1).path.startsWith('/image/')) return null;
  const roles = Object.keys(tokens) as (keyof Cast['tokens'])[];
  const callers = new Map(
    roles.map((role) => [tokens[role], identified(tenantIds[role], role === 'admin')]),
  );
  return (n) => {
    const { headers: { 'x-auth-token': token = '', ...others } = {}, path, ...rest } = service(n);
    return {
      ...rest,
      path: path.slice('/image'.length),
      headers: { ...others, ...callers.get(token) },
    };
  };
}

const identified = (tenantId: string, isAdmin: boolean) => ({
  'x-identity-status': 'Confirmed',
  'x-user-id': 'bench',
  'x-project-id': tenantId,
  'x-tenant-id': tenantId,
  'x-roles': isAdmin ? 'admin' : 'member',
});

function reads(cast: Cast): Compared[] {
  const { tokens, ids, deep, deepest, largestId } = cast;
  const idOf = (n: number): string => ids[n % ids.length] ?? '';
  const list = (name: string, query: Readonly<Record<string, string>>): Compared => ({
    name,
    service: get(tokens.largest, `/image/v2/images${queryOf(query)}`),
    ceiling: get(null, `/v2/images${queryOf({ ...query, tenant: largestId })}`),
  });
  const alone = (name: string, token: string, path: string): Compared => ({
    name,
    service: get(token, path),
    ceiling: null,
  });
  const [common, rare] = [
    Object.fromEntries([COMMON.property]),
    Object.fromEntries([RARE.property]),
  ];
  return [
    {
      name: 'show by id',
      service: (n) => ({
        ...GET,
        path: `/image/v2/images/${idOf(n)}`,
        headers: auth(tokens.largest),
      }),
      ceiling: (n) => ({ ...GET, path: `/v2/images/${idOf(n)}` }),
    },
    list('first page', {}),
    list('page at 90 %', { marker: deep }),
    list('common property', common),
    list('rare property', rare),
    list('tag, status, by name', { tag: COMMON.tag, status: 'active', sort: 'name:asc' }),
    {
      // Markers and limits come again after ten thousand requests, when nobody remembers them.
      name: 'page never asked for',
      service: (n) => ({
        ...GET,
        path: `/image/v2/images?marker=${idOf(n)}&limit=${20 + (Math.floor(n / ids.length) % 10)}`,
        headers: auth(tokens.largest),
      }),
      ceiling: null,
    },
    alone('first page, 3 images', tokens.small, '/image/v2/images'),
    alone('first page, 5,000 shares', tokens.partner, '/image/v2/images'),
    alone('first page, admin', tokens.admin, '/image/v2/images'),
    alone('page at 90 %, admin', tokens.admin, `/image/v2/images?marker=${deepest}`),
    alone('owner, admin', tokens.admin, `/image/v2/images?owner=${largestId}`),
    alone('visibility public', tokens.largest, '/image/v2/images?visibility=public'),
    alone('member status pending', tokens.partner, '/image/v2/images?member_status=pending'),
    alone('rare property, 5,000 shares', tokens.partner, `/image/v2/images${queryOf(rare)}`),
    alone(
      'changes since',
      tokens.largest,
      `/compute/v2.1/images/detail?limit=25&changes-since=2025-10-01T00:00:00Z`,
    ),
    alone('Compute detail list', tokens.largest, '/compute/v2.1/images/detail?limit=25'),
    {
      name: 'Compute show',
      service: (n) => ({
        ...GET,
        path: `/compute/v2.1/images/${idOf(n)}`,
        headers: auth(tokens.largest),
      }),
      ceiling: null,
    },
  ];
}

function writes({ tokens, ids }: Cast): Compared[] {
  const idOf = (n: number): string => ids[n % ids.length] ?? '';
  const created = (n: number): string => JSON.stringify(newImage(n));
  const changed = (n: number): string =>
    JSON.stringify([{ op: 'add', path: '/bench', value: `${n}` }]);
  const json = { 'content-type': JSON_TYPE };
  const patch = { 'content-type': PATCH };
  const create: Requests = (n) => ({
    method: 'POST',
    path: '/image/v2/images',
    headers: { ...auth(tokens.largest), ...json },
    body: created(n),
  });
  const update: Requests = (n) => ({
    method: 'PATCH',
    path: `/image/v2/images/${idOf(n)}`,
    headers: { ...auth(tokens.largest), ...patch },
    body: changed(n),
  });
  return [
    {
      name: 'create',
      service: create,
      ceiling: (n) => ({ method: 'POST', path: '/v2/images', headers: json, body: created(n) }),
    },
    {
      name: 'patch',
      service: update,
      ceiling: (n) => ({
        method: 'PATCH',
        path: `/v2/images/${idOf(n)}`,
        headers: patch,
        body: changed(n),
      }),
    },
    {
      name: 'mixed 80/15/5',
      service: (n) => {
        if (n % 20 === 0) return update(n);
        const path = n % 20 < 4 ? '/image/v2/images' : `/image/v2/images/${idOf(n)}`;
        return { ...GET, path, headers: auth(tokens.largest) };
      },
      ceiling: null,
    },
  ];
}

/** As large as those of the catalog, with the properties that those have. */
const newImage = (n: number) => ({
  name: `bench ${n}`,
  os_distro: 'ubuntu',
  os_version: '24.04',
  os_type: 'linux',
  architecture: 'x86_64',
  build_id: `b-${n}`,
  image_type: 'image',
  hw_disk_bus: 'virtio',
  hw_vif_model: 'virtio',
  hw_qemu_guest_agent: 'yes',
  hw_rng_model: 'virtio',
  os_admin_user: 'root',
  base_image_ref: uuidOf(n, 0),
  instance_uuid: uuidOf(n, 1),
  'owner_specified.openstack.sha256': `${n}`.padStart(64, '0'),
  'owner_specified.openstack.md5': `${n}`.padStart(32, '0'),
  description: `Built from branch main by pipeline ${n}, checked against the baseline of its release`,
});

const uuidOf = (n: number, kind: number): string =>
  `00000000-0000-4000-800${kind}-${n.toString(16).padStart(12, '0')}`;

function others({ tokens, adminPassword, largestId }: Cast): Compared[] {
  const check: BenchRequest = {
    ...GET,
    path: '/identity/v3/auth/tokens',
    headers: { ...auth(tokens.admin), 'x-subject-token': tokens.largest },
  };
  const login: BenchRequest = {
    method: 'POST',
    path: '/identity/v3/auth/tokens',
    headers: { 'content-type': JSON_TYPE },
    body: loginBody(adminPassword, largestId),
  };
  return [
    { name: 'token check', service: () => check, ceiling: null },
    { name: 'log in', service: () => login, ceiling: null },
  ];
}

const GET = { method: 'GET' } as const;
const auth = (token: string) => ({ 'x-auth-token': token });
const get =
  (token: string | null, path: string): Requests =>
  () => ({ ...GET, path, ...(token !== null && { headers: auth(token) }) });

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

/** @param tenant id of the project to be scoped to */
export function loginBody(password: string, tenant: string | null): string {
  const domain = { id: 'default' };
  const scope = { project: tenant === null ? { name: 'admin', domain } : { id: tenant } };
  const identity = {
    methods: ['password'],
    password: { user: { name: 'admin', domain, password } },
  };
  return JSON.stringify({ auth: { identity, scope } });
}
