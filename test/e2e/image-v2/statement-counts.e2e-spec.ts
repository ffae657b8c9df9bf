import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { expectStatus, PATCH_V21, useImageApi } from '../../support/image-api.js';
import type { Method } from '../../support/app.js';
import { RouteTable } from '../../../src/api/http/route-table.js';

const api = useImageApi({ CATALOG_IMAGE_MEMBER_QUOTA: '-1' });

/** How much there is to an image: properties, tags and members. */
const SIZES = { small: 1, large: 100 } as const;
type Size = keyof typeof SIZES;

interface Call {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
}

/**
 * What goes over the connections to the server, BEGIN and COMMIT too, but for tokens, tenants and the background, and for the question
 * whether anything has changed, which requests share (ADR 85).
 */
const sent: string[] = [];
const APART =
  /pg_current_snapshot|identity_|WHERE suspended|INSERT INTO tenants \(id\) VALUES \(\$1\) ON|heartbeat_at|image_data_removals|image_tasks/;

beforeAll(() => {
  const original = pg.Client.prototype.query;
  pg.Client.prototype.query = function recording(this: pg.Client, ...args: never[]) {
    const [query] = args as unknown as [string | { readonly text: string }];
    const text = typeof query === 'string' ? query : query.text;
    if (!APART.test(text)) sent.push(text);
    return Reflect.apply(original, this, args) as never;
  };
});

const many = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** An image of the owner with that many properties, tags and members, and another member. */
async function anImage(size: Size): Promise<string> {
  const count = SIZES[size];
  const id = await api.storedImage({
    properties: Object.fromEntries(many(count, 'p').map((name) => [name, 'value'])),
    tags: many(count, 't'),
    status: 'active',
  });
  await api.app.database.pool.query(
    'INSERT INTO image_members (image_id, member_id) SELECT $1, unnest($2::text[])',
    [id, [...many(count - 1, 'm'), api.partner.tenantId]],
  );
  return id;
}

/** As if somebody had written something else meanwhile: else what was asked for before takes no statement at all. */
const somethingElse = () => api.app.database.pool.query('SELECT pg_current_xact_id()');

async function statementsOf({ method, path, body, type }: Call, token: string) {
  await somethingElse();
  sent.length = 0;
  const headers = type === undefined ? {} : { headers: { 'content-type': type } };
  const reply = await api.app.request(method, path, { body, token, ...headers });
  return { reply, statements: [...sent] };
}

/** By operation: the call for an image, how many statements it takes, and whether the partner makes it. */
type Case = readonly [
  operation: string,
  statements: number,
  call: (id: string) => Omit<Call, 'method'>,
  by?: 'partner' | 'admin',
];

const image = (rest = '') => `/image/v2/images/{id}${rest}`;
const server = (rest = '') => `/compute/v2.1/images/{id}${rest}`;
const at =
  (path: string, body?: unknown, type?: string) =>
  (id: string): Omit<Call, 'method'> => ({
    path: path.replace('{id}', id),
    ...(body !== undefined && { body }),
    ...(type !== undefined && { type }),
  });
const ADD = [{ op: 'add', path: '/fresh', value: 'x' }];
const META = { metadata: { fresh: 'x' } };

/** A page that was asked for before is read in another way; this one was not. */
let limit = 100;
const freshPage = (path: string) => () => ({ path: `${path}?limit=${(limit += 1)}` });

const CASES: readonly Case[] = [
  ['GET /v2/images', 1, freshPage('/image/v2/images')],
  ['GET /v2/images/:image_id', 1, at(image())],
  ['PATCH /v2/images/:image_id', 2, at(image(), ADD, PATCH_V21)],
  ['PUT /v2/images/:image_id/tags/:tag', 2, at(image('/tags/fresh'))],
  ['DELETE /v2/images/:image_id/tags/:tag', 2, at(image('/tags/t0'))],
  ['GET /v2/images/:image_id/members', 2, at(image('/members'))],
  ['POST /v2/images/:image_id/members', 6, at(image('/members'), { member: 'fresh' })],
  [
    'PUT /v2/images/:image_id/members/:member_id',
    3,
    (id) => at(image(`/members/${api.partner.tenantId}`), { status: 'accepted' })(id),
    'partner',
  ],
  [
    'GET /v2/images/:image_id/members/:member_id',
    2,
    (id) => at(image(`/members/${api.partner.tenantId}`))(id),
  ],
  [
    'DELETE /v2/images/:image_id/members/:member_id',
    2,
    (id) => at(image(`/members/${api.partner.tenantId}`))(id),
  ],
  ['POST /v2/images/:image_id/actions/deactivate', 2, at(image('/actions/deactivate')), 'admin'],
  ['POST /v2/images/:image_id/actions/reactivate', 1, at(image('/actions/reactivate')), 'admin'],
  ['DELETE /v2/images/:image_id', 2, at(image())],
  ['GET /v2.1/images', 1, freshPage('/compute/v2.1/images')],
  ['GET /v2.1/images/detail', 1, freshPage('/compute/v2.1/images/detail')],
  ['GET /v2.1/images/:image_id', 1, at(server())],
  ['DELETE /v2.1/images/:image_id', 2, at(server())],
  ['GET /v2.1/images/:image_id/metadata', 1, at(server('/metadata'))],
  ['POST /v2.1/images/:image_id/metadata', 2, at(server('/metadata'), META)],
  ['PUT /v2.1/images/:image_id/metadata', 2, at(server('/metadata'), META)],
  ['GET /v2.1/images/:image_id/metadata/:key', 1, at(server('/metadata/p0'))],
  [
    'PUT /v2.1/images/:image_id/metadata/:key',
    2,
    at(server('/metadata/p0'), { meta: { p0: 'x' } }),
  ],
  ['DELETE /v2.1/images/:image_id/metadata/:key', 2, at(server('/metadata/p0'))],
];

/** Operations that move bytes, or ask for it. */
const DATA = /\/(file|stage|import|tasks|locations|uploads|uploads\/:upload_id)$/;

describe('the number of statements', () => {
  it.each(CASES)('of %s is %i, whatever the image holds', async (...row) => {
    const [operation, count, call, by = 'owner'] = row;
    const [method = ''] = operation.split(' ');
    for (const size of ['small', 'large'] as const) {
      const request = { method: method as Method, ...call(await anImage(size)) };
      const tokens = {
        owner: api.owner.member,
        partner: api.partner.member,
        admin: api.owner.admin,
      };
      const { reply, statements } = await statementsOf(request, tokens[by]);
      expect({ size, ok: reply.status < 300 }).toEqual({ size, ok: true });
      expect({ size, statements }).toMatchObject({ size, statements: { length: count } });
    }
  });

  it('of a create is 1, whatever the image holds', async () => {
    for (const count of Object.values(SIZES)) {
      const body = Object.fromEntries(many(count, 'p').map((name) => [name, 'value']));
      const create = { method: 'POST', path: '/image/v2/images', body } as const;
      const { reply, statements } = await statementsOf(create, api.owner.member);
      expectStatus(reply, 201);
      expect(statements).toHaveLength(1);
    }
  });

  it('of a page is 1, and 2 behind a marker, however long it is', async () => {
    await Promise.all(many(60, 'i').map(() => anImage('small')));
    for (const limit of [1, 25]) {
      const path = `/image/v2/images?limit=${limit}`;
      const first = await statementsOf({ method: 'GET', path }, api.owner.member);
      expect(first.statements).toHaveLength(1);
      const marker: string = first.reply.body.images[limit - 1].id;
      const next = { method: 'GET', path: `${path}&marker=${marker}` } as const;
      const second = await statementsOf(next, api.owner.member);
      expect(second.statements).toHaveLength(2);
      expect(second.reply.body.images).toHaveLength(limit);
    }
  });

  it('of a page that was asked for before is 1, and 2 when an image of it has changed', async () => {
    const id = await anImage('small');
    const page = { method: 'GET', ...freshPage('/image/v2/images')() } as const;
    for (let time = 0; time < 2; time += 1) {
      expect((await statementsOf(page, api.owner.member)).statements).toHaveLength(1);
    }
    const again = await statementsOf(page, api.owner.member);
    expect(again.statements).toHaveLength(1);
    expect(again.statements[0]).not.toContain('properties');
    await api.patch(id, ADD, { token: api.owner.member });
    expect((await statementsOf(page, api.owner.member)).statements).toHaveLength(2);
    expect((await statementsOf(page, api.owner.member)).statements).toHaveLength(1);
  });

  it('of what was asked for before is 0, while nothing changes', async () => {
    const id = await anImage('large');
    const page = freshPage('/image/v2/images')().path;
    for (const path of [page, `/image/v2/images/${id}`]) {
      const call = { method: 'GET', path, token: api.owner.member } as const;
      // Elsewhere on this server other tests change things now and then.
      for (let count = NaN; count !== 0; count = sent.length) {
        sent.length = 0;
        expectStatus(await api.app.request(call.method, path, { token: call.token }), 200);
      }
    }
  });

  it('of a filtered page is 1 more, once a minute, to find out how it is best read', async () => {
    const path = `/image/v2/images?p0=value&tag=t0&x=${randomUUID()}`;
    const filtered = { method: 'GET', path } as const;
    const first = await statementsOf(filtered, api.owner.member);
    expect(first.statements.map((text) => text.split(' ', 1)[0])).toEqual(['EXPLAIN', 'SELECT']);
    const second = await statementsOf(filtered, api.owner.member);
    expect(second.statements).toHaveLength(1);
  });

  it('is claimed for every operation on images', () => {
    const table = api.app.app.get(RouteTable).list();
    const operations = table
      .filter(({ url }) => /^\/v2(\.1)?\/images/.test(url) && !DATA.test(url))
      .flatMap(({ url, methods }) => methods.map((method) => `${method} ${url}`));
    const claimed = new Set([...CASES.map(([operation]) => operation), 'POST /v2/images']);
    expect(operations.filter((operation) => !claimed.has(operation))).toEqual([]);
  });
});
