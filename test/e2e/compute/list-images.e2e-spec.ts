import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../../support/app.js';
import { storeImage } from '../../support/stored-image.js';
import { tokenFor } from '../../support/tokens.js';

/** GET /v2.1/{tenant_id}/images and .../images/detail: sections 7.4, 9 and 10 of compute-v2.1. */

const TENANT = 'aaaa0000aaaa0000aaaa0000aaaa0000';
const OTHER = 'bbbb0000bbbb0000bbbb0000bbbb0000';
const SERVER = '5f1f8d0e-7a5f-4a0e-9b52-0f2d6c8a1b11';

/** Older than every own image, so that it comes last in every list. */
const foreign = { owner: OTHER, createdAt: new Date(Date.UTC(2019, 0, 1)) };

let catalog: TestApp;
let token: string;

beforeAll(async () => {
  catalog = await startTestApp({
    CATALOG_PUBLIC_URL: 'http://cloud.example',
    CATALOG_PAGE_SIZE_MAX: '5',
  });
  token = await tokenFor(catalog, { tenant: TENANT, role: 'reader' });
  const own = (name: string, day: number, more: object = {}) =>
    storeImage(catalog, {
      owner: TENANT,
      name,
      createdAt: new Date(Date.UTC(2020, 0, day)),
      updatedAt: new Date(Date.UTC(2020, 1, day)),
      ...more,
    });
  await own('active', 1, { minRam: 512, minDisk: 10 });
  await own('queued', 2, { status: 'queued', properties: { os_distro: 'centos' } });
  await own('saving', 3, { status: 'saving', properties: { os_distro: '' } });
  await own('killed', 4, { status: 'killed' });
  await own('deactivated', 5, { status: 'deactivated' });
  await own('snapshot: 1, "x"', 6, {
    properties: { image_type: 'snapshot', instance_uuid: SERVER, os_glance_secret: 'x' },
  });
  await own('hidden', 7, { isHidden: true });
  await storeImage(catalog, { ...foreign, name: 'public', visibility: 'public' });
  await storeImage(catalog, { ...foreign, name: 'private', visibility: 'private' });
  await storeImage(catalog, { ...foreign, name: 'community', visibility: 'community' });
  await storeImage(catalog, { ...foreign, name: 'unaccepted', visibility: 'shared' });
});

afterAll(() => catalog.close());

const NEWEST_FIRST = ['snapshot: 1, "x"', 'deactivated', 'saving', 'queued', 'active'];

const list = (query: string, path = '/images', as = token) =>
  catalog.request('GET', `/compute/v2.1${path}${query}`, { token: as });

/** The names that both lists hold for this query; they must agree. */
async function names(query: string): Promise<string[]> {
  const [brief, detailed] = await Promise.all([list(query), list(query, '/images/detail')]);
  expect(brief.status).toBe(200);
  expect(detailed.status).toBe(200);
  const namesOf = ({ body }: typeof brief) =>
    (body.images as { name: string }[]).map((image) => image.name);
  expect(namesOf(detailed)).toEqual(namesOf(brief));
  return namesOf(brief);
}

describe('200', () => {
  it('lists own and public images newest first, in pages of the maximum size', async () => {
    expect(await names('')).toEqual(NEWEST_FIRST);
    const { body } = await list('');
    expect(body.images_links).toHaveLength(1);
  });

  it('briefly holds exactly id, name and links', async () => {
    const { body } = await list('?limit=1');
    const [image] = body.images;
    expect(Object.keys(image).toSorted()).toEqual(['id', 'links', 'name']);
    expect(image.links).toHaveLength(3);
  });

  it('in detail holds what show holds', async () => {
    const { body } = await list('?limit=1', `/${TENANT}/images/detail`);
    const [image] = body.images;
    const shown = await list('', `/${TENANT}/images/${image.id}`);
    expect(image).toEqual(shown.body.image);
  });

  it('is empty, without links, when nothing matches', async () => {
    expect((await list('?name=nobody')).body).toEqual({ images: [] });
  });

  it('does not take "detail" for an id', async () => {
    expect((await list('', '/images/detail')).body.images).toHaveLength(5);
  });

  it.each([
    ['name=active', ['active']],
    ['name=ACTIVE', []],
    ['name=act%25', []],
    ['name=in:active,queued,nobody', ['queued', 'active']],
    [`name=in:active,"snapshot:%201,%20\\"x\\""`, ['snapshot: 1, "x"', 'active']],
    ['name=snapshot:%201,%20"x"', ['snapshot: 1, "x"']],
    ['status=ACTIVE', ['snapshot: 1, "x"', 'active', 'public']],
    ['status=active', ['snapshot: 1, "x"', 'active', 'public']],
    ['status=SAVING', ['saving', 'queued']],
    ['status=queued', ['queued']],
    ['status=ERROR', ['killed']],
    ['status=killed', ['killed']],
    ['status=UNKNOWN', ['deactivated']],
    ['status=deactivated', ['deactivated']],
    ['status=DELETED', []],
    ['status=nonsense', []],
    [`server=${SERVER}`, ['snapshot: 1, "x"']],
    [`server=http://cloud.example/v2.1/servers/${SERVER}`, ['snapshot: 1, "x"']],
    [`server=http%3A%2F%2Fcloud.example%2Fservers%2F${SERVER}`, ['snapshot: 1, "x"']],
    [`server=${randomUUID()}`, []],
    ['type=snapshot', ['snapshot: 1, "x"']],
    ['type=base', []],
    ['minRam=512', ['active']],
    ['minRam=256', []],
    ['minDisk=10', ['active']],
    ['minDisk=-1', []],
    ['changes-since=2020-02-05T00:00:00Z', ['snapshot: 1, "x"', 'deactivated']],
    ['changes-since=2020-02-06', ['snapshot: 1, "x"']],
    ['changes-since=2020-02-06T01:00:00%2B01:00', ['snapshot: 1, "x"']],
    ['property-os_distro=centos', ['queued']],
    ['property-os_distro=', ['saving']],
    ['property-os_glance_secret=x', []],
    ['property-=x&name=active', ['active']],
    ['status=SAVING&property-os_distro=centos', ['queued']],
    ['name=active&status=SAVING', []],
    ['name=queued&name=active', ['active']],
    ['name=active&unknown=1&sort_key=name&owner=x', ['active']],
    ['name=active&page_size=1&offset=3', ['active']],
  ])('%s finds %j', async (query, expected) => {
    expect(await names(`?${query}`)).toEqual(expected);
  });

  it('does not show what other tenants keep, hide or have not shared', async () => {
    for (const name of ['private', 'community', 'unaccepted', 'hidden']) {
      expect(await names(`?name=${name}`)).toEqual([]);
    }
  });

  it('shows an image shared with the tenant once it is accepted', async () => {
    const id = await storeImage(catalog, { ...foreign, name: 'shared', visibility: 'shared' });
    const member = { imageId: id, memberId: TENANT, status: 'pending' };
    const { imageMember } = catalog.database.prisma;
    await imageMember.create({ data: member });
    expect(await names('?name=shared')).toEqual([]);
    await imageMember.updateMany({ where: { imageId: id }, data: { status: 'accepted' } });
    expect(await names('?name=shared')).toEqual(['shared']);
  });
});

describe('pages', () => {
  async function walk(path: string, query: string): Promise<string[][]> {
    const pages: string[][] = [];
    let url: string | undefined = `/compute/v2.1${path}${query}`;
    while (url !== undefined) {
      const { status, body } = await catalog.request('GET', url, { token });
      expect(status).toBe(200);
      pages.push((body.images as { name: string }[]).map(({ name }) => name));
      const [next] = (body.images_links ?? []) as { href: string }[];
      url = next?.href.replace('http://cloud.example', '');
      if (pages.length > 10) throw new Error('The links do not end.');
    }
    return pages;
  }

  it.each(['/images', '/images/detail', `/${TENANT}/images`])(
    'of GET %s lead to every image once',
    async (path) => {
      const pages = await walk(path, '?limit=2');
      expect(pages.flat().slice(0, 5)).toEqual(NEWEST_FIRST);
      expect(new Set(pages.flat()).size).toBe(pages.flat().length);
      expect(pages.slice(0, -1).every((page) => page.length === 2)).toBe(true);
    },
  );

  it('link onward from a full last page, to an empty one', async () => {
    expect(await walk('/images', '?limit=1&status=UNKNOWN')).toEqual([['deactivated'], []]);
  });

  it('keep the recognised parameters, sorted by name and form-encoded, last value each', async () => {
    const query = '?status=x&status=active&unknown=1&page_size=7&name=in%3Aactive%2Ca+b&limit=1';
    const { body } = await list(`${query}&property-a%20b=`);
    expect(body.images_links).toBeUndefined();
    const one = await list(query, `/${TENANT}/images/detail`);
    const [image] = one.body.images;
    expect(one.body.images_links).toEqual([
      {
        rel: 'next',
        href: `http://cloud.example/compute/v2.1/${TENANT}/images/detail?limit=1&marker=${image.id}&name=in%3Aactive%2Ca+b&page_size=7&status=active`,
      },
    ]);
  });

  it('replace the marker of the page before', async () => {
    const first = (await list('?limit=1')).body.images[0].id;
    const { body } = await list(`?limit=1&marker=${first}`);
    const [next] = body.images_links;
    expect(next.href).toBe(
      `http://cloud.example/compute/v2.1/images?limit=1&marker=${body.images[0].id}`,
    );
  });

  it('are capped at the configured maximum, whatever limit is asked for', async () => {
    const { body } = await list('?limit=1000000000000000000000');
    expect(body.images).toHaveLength(5);
    expect(body.images_links).toHaveLength(1);
  });
});

describe('400', () => {
  it.each([
    'limit=0',
    'limit=-1',
    'limit=',
    'limit=x',
    'limit=1.5',
    'limit=x&limit=1',
    'page_size=0',
    'offset=-1',
    'minRam=x',
    'minDisk=1.5',
    'minDisk=',
    'changes-since=yesterday',
    'changes-since=2020-02-30',
    'changes-since=',
    'name=in:"a',
    'name=%00',
    'property-a=%00',
    'name=%ff',
    'marker=x',
    'marker=',
    `marker=${randomUUID()}`,
  ])('answers %s', async (query) => {
    for (const path of ['/images', '/images/detail']) {
      const { status, body } = await list(`?${query}`, path);
      expect(status).toBe(400);
      expect(body.badRequest.code).toBe(400);
    }
  });

  it('answers an invisible marker in the words for an unknown one', async () => {
    const id = await storeImage(catalog, { owner: OTHER, visibility: 'private' });
    const invisible = await list(`?marker=${id}`);
    const unknown = await list(`?marker=${randomUUID()}`);
    expect(invisible.status).toBe(400);
    expect(invisible.text).toBe(unknown.text);
  });

  it('answers the project of somebody else in the path', async () => {
    expect((await list('', `/${OTHER}/images`)).status).toBe(400);
  });
});

describe('401', () => {
  it('answers requests without a valid token', async () => {
    const { status, headers } = await catalog.request('GET', '/v2.1/images');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/^Keystone uri=/);
  });
});

describe('403', () => {
  it('answers a token without a project', async () => {
    const unscoped = await tokenFor(catalog, { tenant: null });
    const { status, body } = await list('', '/images', unscoped);
    expect(status).toBe(403);
    expect(body.forbidden.code).toBe(403);
  });

  it('answers a role that may not read', async () => {
    const powerless = await tokenFor(catalog, { tenant: TENANT, role: 'observer' });
    expect((await list('', '/images/detail', powerless)).status).toBe(403);
  });
});

describe('404', () => {
  it.each(['/images/', '/images/detail/', `/${TENANT}/images/`, '/ABC/images'])(
    'answers GET %s',
    async (path) => {
      expect((await list('', path)).status).toBe(404);
    },
  );
});

describe('405', () => {
  it.each([
    ['POST', '/images', 'GET'],
    ['HEAD', `/${TENANT}/images`, 'GET'],
    ['OPTIONS', '/images', 'GET'],
    ['DELETE', '/images', 'GET'],
    ['PUT', '/images/detail', 'DELETE, GET'],
  ] as const)('answers %s %s with what is allowed', async (method, path, allowed) => {
    const { status, headers } = await catalog.request(method, `/v2.1${path}`, { token });
    expect(status).toBe(405);
    expect(headers['allow']).toBe(allowed);
  });
});
