import { beforeAll, describe, expect, it } from '@jest/globals';
import { VISIBILITIES, type Visibility } from '../../../src/images/domain/image-access.js';
import type { TestResponse } from '../../support/app.js';
import type { TenantCallers } from '../../support/callers.js';
import { imageOperations, pathOf } from '../../support/image-routes.js';
import { PATCH_V21, useImageApi } from '../../support/image-api.js';

const api = useImageApi();

/** Who asks: a token, and for members the tenant whose row is theirs. */
interface Caller {
  readonly token: string | null;
  readonly tenant?: TenantCallers;
}

/** The columns of the matrix. Strangers, members and the admin are of other tenants than the owner's. */
const CALLERS =
  'anonymous unscoped noRole stranger reader owner pending accepted rejected admin'.split(' ');
const callers = new Map<string, Caller>();

type Row = Readonly<Record<Visibility, string>>;

const everywhere = (codes: string): Row => ({
  private: codes,
  shared: codes,
  community: codes,
  public: codes,
});

/** The columns of `show` in every row: whoever gets 404 there gets it everywhere. */
const view = (ok: number): Row => ({
  private: `401 404 404 404 ${ok} ${ok} 404 404 404 ${ok}`,
  shared: `401 404 404 404 ${ok} ${ok} ${ok} ${ok} ${ok} ${ok}`,
  community: `401 404 404 ${ok} ${ok} ${ok} ${ok} ${ok} ${ok} ${ok}`,
  public: `401 404 404 ${ok} ${ok} ${ok} ${ok} ${ok} ${ok} ${ok}`,
});

const change = (ok: number): Row => ({
  private: `401 404 404 404 403 ${ok} 404 404 404 ${ok}`,
  shared: `401 404 404 404 403 ${ok} 403 403 403 ${ok}`,
  community: `401 404 404 403 403 ${ok} 403 403 403 ${ok}`,
  public: `401 404 404 403 403 ${ok} 403 403 403 ${ok}`,
});

/** As `view`, but reading is not enough to download (image-v2 5.4). */
const download = (ok: number): Row =>
  Object.fromEntries(
    Object.entries(view(ok)).map(([visibility, codes]) => {
      const [anonymous, unscoped, noRole, stranger, , ...others] = codes.split(' ');
      return [visibility, [anonymous, unscoped, noRole, stranger, '403', ...others].join(' ')];
    }),
  ) as unknown as Row;

/** Members exist while an image is shared; otherwise whoever sees the image is refused. */
const onMembers = (shared: string): Row => ({
  private: '401 404 404 404 403 403 404 404 404 403',
  shared,
  community: '401 404 404 403 403 403 403 403 403 403',
  public: '401 404 404 403 403 403 403 403 403 403',
});

/** Nobody adds locations unless the operator has a store for them. */
const onLocations = (admin: number): Row => ({
  private: `401 404 404 404 403 403 404 404 404 ${admin}`,
  shared: `401 404 404 404 403 403 403 403 403 ${admin}`,
  community: `401 404 404 403 403 403 403 403 403 ${admin}`,
  public: `401 404 404 403 403 403 403 403 403 ${admin}`,
});

const tokenOnly = (ok: number): Row => everywhere(`401 ${`${ok} `.repeat(9).trim()}`);
const adminOnly = (ok: number): Row => everywhere(`401 ${'403 '.repeat(8)}${ok}`);

/** `in` and `out` are 200, with and without the image on the page. */
const MATRIX: Readonly<Record<string, Row>> = {
  'GET /v2/images': {
    private: '401 403 403 out in in out out out in',
    shared: '401 403 403 out in in out in out in',
    community: '401 403 403 out in in out out out out',
    public: '401 403 403 in in in in in in in',
  },
  'POST /v2/images': {
    private: '401 403 403 201 403 201 201 201 201 201',
    shared: '401 403 403 201 403 201 201 201 201 201',
    community: '401 403 403 201 403 201 201 201 201 201',
    public: '401 403 403 403 403 403 403 403 403 201',
  },
  'GET /v2/images/:image_id': view(200),
  'PATCH /v2/images/:image_id': change(200),
  'DELETE /v2/images/:image_id': change(204),
  'PUT /v2/images/:image_id/tags/:tag': change(204),
  'DELETE /v2/images/:image_id/tags/:tag': change(204),
  'POST /v2/images/:image_id/actions/deactivate': change(204),
  'POST /v2/images/:image_id/actions/reactivate': change(204),
  'PUT /v2/images/:image_id/file': change(204),
  'GET /v2/images/:image_id/file': download(204),
  'PUT /v2/images/:image_id/stage': change(204),
  'POST /v2/images/:image_id/uploads': change(201),
  'HEAD /v2/images/:image_id/uploads/:upload_id': change(404),
  'PATCH /v2/images/:image_id/uploads/:upload_id': change(404),
  'DELETE /v2/images/:image_id/uploads/:upload_id': change(404),
  'POST /v2/images/:image_id/import': change(400),
  'GET /v2/images/:image_id/tasks': view(200),
  'GET /v2/images/:image_id/locations': onLocations(200),
  'POST /v2/images/:image_id/locations': onLocations(403),
  'POST /v2/tasks': adminOnly(400),
  'GET /v2/tasks': adminOnly(200),
  'GET /v2/tasks/:task_id': adminOnly(404),
  'DELETE /v2/stores/:store_id/:image_id': adminOnly(404),
  // Without a cache there is nothing to see, but only for those who might.
  'GET /v2/cache': adminOnly(404),
  'DELETE /v2/cache': adminOnly(404),
  'PUT /v2/cache/:image_id': adminOnly(404),
  'DELETE /v2/cache/:image_id': adminOnly(404),
  'GET /v2/cache/nodes/:image_id': adminOnly(404),
  'POST /v2/cache/clean': adminOnly(404),
  'POST /v2/cache/prune': adminOnly(404),
  'GET /v2/images/:image_id/members': onMembers('401 404 404 404 200 200 200 200 200 200'),
  'POST /v2/images/:image_id/members': onMembers('401 404 404 404 403 200 403 403 403 200'),
  'GET /v2/images/:image_id/members/:member_id': {
    ...everywhere('401 404 404 404 404 404 404 404 404 404'),
    shared: '401 404 404 404 200 200 200 200 200 200',
  },
  'PUT /v2/images/:image_id/members/:member_id': {
    ...onMembers('401 404 404 404 403 403 200 200 200 200'),
  },
  'DELETE /v2/images/:image_id/members/:member_id': {
    ...onMembers('401 404 404 404 403 204 403 403 403 204'),
  },
  'GET /v2/schemas/image': tokenOnly(200),
  'GET /v2/schemas/images': tokenOnly(200),
  'GET /v2/schemas/member': tokenOnly(200),
  'GET /v2/schemas/members': tokenOnly(200),
  'GET /v2/schemas/task': tokenOnly(200),
  'GET /v2/schemas/tasks': tokenOnly(200),
  'GET /v2/info/import': tokenOnly(200),
  'GET /v2/info/usage': tokenOnly(200),
  'GET /v2/info/stores': tokenOnly(404),
  'GET /v2/info/stores/detail': adminOnly(404),
  'GET /catalog/v1/deleted-images': adminOnly(200),
  'POST /catalog/v1/deleted-images/:image_id/restore': adminOnly(200),
  'GET /catalog/v1/signing-keys': adminOnly(200),
  'POST /catalog/v1/signing-keys': adminOnly(201),
  'GET /catalog/v1/denied-tokens': adminOnly(200),
  'POST /catalog/v1/denied-tokens': adminOnly(400),
  'DELETE /catalog/v1/denied-tokens/:denied_token_id': adminOnly(404),
  'GET /catalog/v1/audit': everywhere('401 403 403 200 200 200 200 200 200 200'),
  'GET /catalog/v1/webhooks': adminOnly(200),
  'GET /catalog/v1/webhooks/:webhook_id/dead-letters': adminOnly(404),
  'POST /catalog/v1/webhooks/:webhook_id/dead-letters/resend': adminOnly(404),
  'POST /catalog/v1/webhooks/:webhook_id/dead-letters/:record_id/resend': adminOnly(400),
  'GET /catalog/v1/tenants': adminOnly(200),
  'GET /catalog/v1/tenants/:tenant_id': adminOnly(200),
  'POST /catalog/v1/tenants/:tenant_id/suspend': adminOnly(200),
  'POST /catalog/v1/tenants/:tenant_id/resume': adminOnly(200),
  'GET /catalog/v1/tenants/:tenant_id/removal': adminOnly(404),
  'POST /catalog/v1/tenants/:tenant_id/removal': adminOnly(200),
  'GET /catalog/v1/tenants/:tenant_id/quota': adminOnly(200),
  'PUT /catalog/v1/tenants/:tenant_id/quota': adminOnly(200),
};

const BODIES: Readonly<Record<string, (visibility: Visibility) => unknown>> = {
  'POST /v2/images/:image_id/locations': () => ({ url: 'https://images.example.org/disk' }),
  'POST /v2/images': (visibility) => ({ visibility }),
  'PATCH /v2/images/:image_id': () => [{ op: 'replace', path: '/name', value: 'new' }],
  'POST /v2/images/:image_id/members': () => ({ member: 'another' }),
  'PUT /v2/images/:image_id/members/:member_id': () => ({ status: 'accepted' }),
  'PUT /catalog/v1/tenants/:tenant_id/quota': () => ({}),
  'POST /catalog/v1/tenants/:tenant_id/removal': () => ({ dry_run: true }),
  'PUT /v2/images/:image_id/file': () => 'data',
  'PUT /v2/images/:image_id/stage': () => 'data',
  'PATCH /v2/images/:image_id/uploads/:upload_id': () => 'data',
  // Who may import gets as far as the URI, which is refused.
  'POST /v2/images/:image_id/import': () => ({
    method: { name: 'web-download', uri: 'http://10.0.0.1/' },
  }),
  'POST /v2/tasks': () => ({}),
  'POST /catalog/v1/signing-keys': () => ({}),
  'POST /catalog/v1/denied-tokens': () => ({}),
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'PATCH /v2/images/:image_id': PATCH_V21,
  'PUT /v2/images/:image_id/file': 'application/octet-stream',
  'PUT /v2/images/:image_id/stage': 'application/octet-stream',
  'PATCH /v2/images/:image_id/uploads/:upload_id': 'application/offset+octet-stream',
};

const headersOf = (route: string) => ({
  'content-type': CONTENT_TYPES[route] ?? 'application/json',
  ...(route.includes('/uploads') && TUS),
});

const TUS = { 'tus-resumable': '1.0.0', 'upload-length': '4', 'upload-offset': '0' };

beforeAll(async () => {
  const { owner, stranger } = api;
  callers.set('anonymous', { token: null });
  callers.set('unscoped', { token: api.callers.unscoped });
  callers.set('noRole', { token: owner.noRole });
  callers.set('stranger', { token: stranger.member });
  callers.set('reader', { token: owner.reader });
  callers.set('owner', { token: owner.member });
  callers.set('admin', { token: stranger.admin });
  for (const status of ['pending', 'accepted', 'rejected']) {
    const tenant = await api.callers.tenant(status);
    callers.set(status, { token: tenant.member, tenant });
  }
  await api.app.database.pool.query("INSERT INTO tenants (id) VALUES ('anyone')");
});

const WITHOUT_DATA = {
  status: 'queued',
  size: null,
  checksum: null,
  diskFormat: 'raw',
  containerFormat: 'bare',
} as const;

/** An image with all three kinds of members, whatever its visibility: it may have been shared before. */
async function prepareImage(visibility: Visibility, url: string): Promise<string> {
  const { pool } = api.app.database;
  const isDeleted = url.endsWith('/restore');
  const data = /\/(file|stage|uploads|import|locations)$/.test(url) ? WITHOUT_DATA : {};
  const id = await api.storedImage({ visibility, tags: ['x'], ...data });
  for (const status of ['pending', 'accepted', 'rejected']) {
    await pool.query(
      'INSERT INTO image_members (image_id, member_id, status) VALUES ($1, $2, $3)',
      [id, callers.get(status)?.tenant?.tenantId, status],
    );
  }
  if (isDeleted) await pool.query('UPDATE images SET deleted_at = now() WHERE id = $1', [id]);
  return id;
}

async function outcome(route: string, visibility: Visibility, name: string): Promise<string> {
  const [method, url] = route.split(' ') as ['GET', string];
  const { token, tenant } = callers.get(name)!;
  const id = await prepareImage(visibility, url);
  const ownRow = (tenant ?? callers.get('pending')?.tenant)?.tenantId ?? '';
  const path = pathOf(url, {
    image_id: id,
    member_id: ownRow,
    tag: 'x',
    tenant_id: 'anyone',
    store_id: 'default',
  });
  const query = route === 'GET /v2/images' ? `?id=${id}` : '';
  const reply = await api.app.request(
    method,
    `/image${path}${query}`.replace('/image/catalog', '/catalog'),
    {
      headers: headersOf(route),
      body: BODIES[route]?.(visibility),
      ...(token !== null && { token }),
    },
  );
  return query === '' ? String(reply.status) : listed(reply);
}

function listed({ status, body }: TestResponse): string {
  if (status !== 200) return String(status);
  return body.images.length === 1 ? 'in' : 'out';
}

describe('the access matrix', () => {
  it('has a row for every operation of images, and no other', () => {
    const operations = imageOperations(api)
      .map(({ method, url }) => `${method} ${url}`)
      // Streams do not end; test/e2e/catalog-v1/events shows who sees what of them.
      .filter(
        (operation) => !/ \/(v2\/(schemas\/)?metadefs|catalog\/v1\/(users|events))/.test(operation),
      );

    expect(Object.keys(MATRIX).toSorted()).toEqual(operations.toSorted());
  });

  describe.each(VISIBILITIES)('for a %s image', (visibility) => {
    it.each(Object.keys(MATRIX))('holds for %s', async (route) => {
      const actual = await Promise.all(CALLERS.map((name) => outcome(route, visibility, name)));

      const expected = MATRIX[route]?.[visibility].split(' ') ?? [];
      expect(byCaller(actual)).toEqual(byCaller(expected));
    });
  });
});

const byCaller = (outcomes: readonly string[]) =>
  Object.fromEntries(CALLERS.map((name, index) => [name, outcomes[index]]));
