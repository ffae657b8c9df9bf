import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { useImageApi } from '../../support/image-api.js';

const api = useImageApi();

/** Names of the images that a query finds, in no order. */
const found = async (query: string) => (await api.names(query)).toSorted();

const day = (text: string): Date => new Date(`2026-${text}T12:00:00.500Z`);

/** The catalog of the filter tests: images of the owner that differ in what can be asked for. */
async function storeCatalog(): Promise<void> {
  const catalog: Parameters<typeof api.storedImage>[0][] = [
    {
      name: 'alpha',
      status: 'active',
      size: 100n,
      virtualSize: 1000n,
      diskFormat: 'raw',
      containerFormat: 'bare',
      minDisk: 1,
      minRam: 512,
      checksum: 'c'.repeat(32),
      hashAlgorithm: 'sha512',
      hashValue: 'h'.repeat(128),
      tags: ['x', 'y'],
      properties: { os: 'linux', 'with:colon': 'a:b' },
      createdAt: day('01-01'),
      updatedAt: day('02-01'),
    },
    {
      name: 'beta, the second',
      status: 'queued',
      size: null,
      diskFormat: 'qcow2',
      containerFormat: null,
      minDisk: 2,
      minRam: 1024,
      tags: ['x'],
      properties: { os: 'Linux' },
      isProtected: true,
      createdAt: day('01-02'),
      updatedAt: day('01-02'),
    },
    {
      name: 'with:colon',
      status: 'deactivated',
      size: 300n,
      diskFormat: 'iso',
      tags: ['100%', 'y'],
      properties: { os: '100%', _: "it's" },
      createdAt: day('01-03'),
      updatedAt: day('01-03'),
    },
    { name: 'hidden', isHidden: true, tags: ['x'], createdAt: day('01-04') },
  ];
  for (const attributes of catalog) await api.storedImage({ visibility: 'private', ...attributes });
}

const ALL = ['alpha', 'beta, the second', 'with:colon'];

describe('GET /v2/images', () => {
  beforeAll(storeCatalog);

  describe('200 OK', () => {
    it('holds images as show has them, newest first, and says what they conform to', async () => {
      const list = await api.list();

      expect(list.images.map(({ name }) => name)).toEqual(ALL.toReversed());
      expect(list.images[0]).toEqual(await api.shown(list.images[0]!.id));
      expect(list).toEqual({
        images: expect.anything(),
        first: '/v2/images',
        schema: '/v2/schemas/images',
      });
    });

    it('speaks the published profile on the root mount, with the same links', async () => {
      const token = api.owner.member;
      const { body } = await api.app.request('GET', '/v2/images?limit=1', { token });

      expect(body.images[0]).not.toHaveProperty('os_hidden');
      expect(body.next).toBe(`/v2/images?limit=1&marker=${body.images[0].id}`);
    });

    it('ignores a request body', async () => {
      expect((await api.get('/images', { body: '{' })).status).toBe(200);
    });

    it('is empty for a tenant without images', async () => {
      expect(await api.names('', api.stranger.reader)).toEqual([]);
    });

    it.each([
      ['name=alpha', ['alpha']],
      ['name=eq:alpha', ['alpha']],
      ['name=Alpha', []],
      ['name=alp%25', []],
      ['name=', []],
      ['name=eq:with:colon', ['with:colon']],
      ['name=in:alpha,with:colon', ['alpha', 'with:colon']],
      ['name=in:"beta, the second",alpha', ['alpha', 'beta, the second']],
      [String.raw`name=in:"alph\a"`, ['alpha']],
      ['name=in:', []],
      ['status=active', ['alpha']],
      ['status=in:queued,active', ['alpha', 'beta, the second']],
      ['status=deleted', []],
      ['status=nonsense', []],
      ['disk_format=qcow2', ['beta, the second']],
      ['disk_format=in:raw,iso', ['alpha', 'with:colon']],
      ['container_format=bare', ['alpha', 'with:colon']],
      ['size=100', ['alpha']],
      ['size=abc', []],
      ['size=9223372036854775808', []],
      ['size_min=100', ['alpha', 'with:colon']],
      ['size_min=101', ['with:colon']],
      ['size_max=299', ['alpha']],
      ['size_min=100&size_max=300', ['alpha', 'with:colon']],
      ['size_min=-5', ['alpha', 'with:colon']],
      ['virtual_size=1000', ['alpha']],
      ['virtual_size_min=1', ['alpha']],
      ['min_ram=512', ['alpha']],
      ['min_ram_min=513', ['beta, the second']],
      ['min_disk_max=1', ['alpha', 'with:colon']],
      ['min_disk_min=99999999999999999999', []],
      [`checksum=${'c'.repeat(32)}`, ['alpha']],
      ['os_hash_algo=sha512', ['alpha']],
      [`os_hash_value=${'h'.repeat(128)}`, ['alpha']],
      ['owner=nobody', []],
      ['protected=true', ['beta, the second']],
      ['protected=false', ['alpha', 'with:colon']],
      ['os_hidden=true', ['hidden']],
      ['os_hidden=True', ['hidden']],
      ['os_hidden=FALSE', ALL],
      ['visibility=private', ALL],
      ['visibility=shared', []],
      ['visibility=', []],
      ['tag=x', ['alpha', 'beta, the second']],
      ['tag=x&tag=y', ['alpha']],
      ['tag=X', []],
      ['tag=100%25', ['with:colon']],
      ['tag=', []],
      ['os=linux', ['alpha']],
      ['os=Linux', ['beta, the second']],
      ['os=100%25', ['with:colon']],
      ["_=it's", ['with:colon']],
      ['with%3Acolon=a%3Ab', ['alpha']],
      ['nothing=x', []],
      ['__proto__=x', []],
      ['deleted=true', ALL],
      ['tags=x', []],
      ['properties=os', []],
      ['locations=x', []],
      ['members=x', []],
      ['name=alpha&os=Linux', []],
      ['name=nobody&name=alpha', ['alpha']],
      ['os=nobody&os=linux', ['alpha']],
    ])('?%s finds exactly what it names', async (query, expected) => {
      expect(await found(`?${query}`)).toEqual(expected);
    });

    it.each([
      ['created_at=2026-01-02T12:00:00Z', ['beta, the second']],
      ['created_at=eq:2026-01-02T12:00:00Z', ['beta, the second']],
      ['created_at=neq:2026-01-02T12:00:00Z', ['alpha', 'with:colon']],
      ['created_at=gt:2026-01-02T12:00:00Z', ['with:colon']],
      ['created_at=gte:2026-01-02T12:00:00Z', ['beta, the second', 'with:colon']],
      ['created_at=lt:2026-01-02T12:00:00Z', ['alpha']],
      ['created_at=lte:2026-01-02T12:00:00Z', ['alpha', 'beta, the second']],
      ['created_at=gt:2026-01-01&created_at=lt:2026-01-01', []],
      ['created_at=2026-01-02T14:00:00%2B02:00', ['beta, the second']],
      ['created_at=2026-01-02T12:00:00', ['beta, the second']],
      ['updated_at=gt:2026-01-31T00:00:00Z', ['alpha']],
      ['updated_at=gte:2026-01-03', ['alpha', 'with:colon']],
    ])('?%s compares instants as clients see them', async (query, expected) => {
      expect(await found(`?${query}`)).toEqual(expected);
    });

    it('finds by id in any case, alone and in lists', async () => {
      const { id } = await api.image({ name: 'by id' });
      const upper = id.toUpperCase();

      for (const operand of [id, upper, `eq:${id}`, `in:nonsense,${upper}`, `in:${id},${id}`]) {
        expect(await api.names(`?id=${operand}`)).toEqual(['by id']);
      }
      expect(await api.names(`?id=${randomUUID()}`)).toEqual([]);
      expect(await api.names('?id=nonsense')).toEqual([]);
      await api.delete(`/images/${id}`);
    });

    it('leaves out deleted and killed images', async () => {
      const { id } = await api.image({ name: 'deleted' });
      await api.storedImage({ name: 'killed', status: 'killed' });
      await api.delete(`/images/${id}`);

      expect(await api.names('?name=deleted')).toEqual([]);
      expect(await api.names('?name=killed')).toEqual([]);
      expect(await api.names('?status=killed')).toEqual([]);
    });
  });

  describe('400 Bad Request', () => {
    const long = Array.from({ length: 1001 }, (_, index) => `v${index}`).join(',');

    it.each([
      ['an operator that does not exist', 'name=neq:alpha'],
      ['a name with a colon but no operator', 'name=with:colon'],
      ['quotes that are not balanced', 'name=in:"alpha'],
      ['text behind a quoted value', 'name=in:"alpha"x'],
      ['more than a thousand values', `name=in:${long}`],
      ['an unknown operator on a date', 'created_at=in:2026-01-01'],
      ['a date that is none', 'created_at=yesterday'],
      ['a day that does not exist', 'updated_at=2026-02-30'],
      ['an empty date', 'created_at='],
      ['a plus sign that became a blank', 'created_at=2026-01-02T14:00:00+02:00'],
      ['a size range that is no number', 'size_min=abc'],
      ['an empty size range', 'size_max='],
      ['a fraction as a range', 'min_ram_min=1.5'],
      ['an unknown visibility', 'visibility=secret'],
      ['several visibilities', 'visibility=in:public,private'],
      ['an unknown member status', 'member_status=maybe'],
      ['os_hidden that is no boolean', 'os_hidden=yes'],
      ['protected in capitals', 'protected=True'],
      ['changes-since', 'changes-since=2026-01-01'],
      ['a negative limit', 'limit=-1'],
      ['a limit that is no number', 'limit=ten'],
      ['an empty limit', 'limit='],
      ['a fraction as the limit', 'limit=1.5'],
      ['an unknown marker', `marker=${randomUUID()}`],
      ['a marker that is no id', 'marker=nonsense'],
      ['an empty marker', 'marker='],
      ['an unknown sort key', 'sort=owner'],
      ['a sort key that is a property of objects', 'sort=constructor'],
      ['an unknown direction', 'sort=name:up'],
      ['an empty sort', 'sort='],
      ['an empty sort key', 'sort_key='],
      ['a sort key with two directions', 'sort=name:asc:desc'],
      ['both sort syntaxes', 'sort=name&sort_key=name'],
      ['the new syntax with a direction of the old', 'sort=name&sort_dir=asc'],
      ['an unknown direction in the old syntax', 'sort_key=name&sort_dir=up'],
      [
        'fewer directions than keys',
        'sort_key=name&sort_key=size&sort_key=id&sort_dir=asc&sort_dir=asc',
      ],
      ['more directions than keys', 'sort_key=name&sort_dir=asc&sort_dir=asc'],
      ['eleven sort keys', `sort=${Array.from({ length: 11 }, () => 'name').join(',')}`],
      ['21 tags', Array.from({ length: 21 }, (_, index) => `tag=t${index}`).join('&')],
      ['31 filters', Array.from({ length: 31 }, (_, index) => `f${index}=x`).join('&')],
      ['U+0000', 'name=a%00b'],
      ['U+0000 in a name', 'a%00b=x'],
      ['escapes that are no UTF-8', 'name=%ff'],
      ['an escape that is cut', 'name=%2'],
    ])('is the answer to %s', async (_what, query) => {
      expect((await api.get(`/images?${query}`)).status).toBe(400);
    });

    it('does not tell an invisible marker from an unknown one', async () => {
      const { id } = await api.image({ visibility: 'private' });
      const token = api.stranger.member;

      const invisible = await api.get(`/images?marker=${id}`, { token });
      const unknown = await api.get(`/images?marker=${randomUUID()}`, { token });
      await api.delete(`/images/${id}`);
      const deleted = await api.get(`/images?marker=${id}`);

      expect([invisible.status, deleted.status, unknown.status]).toEqual([400, 400, 400]);
      expect(invisible.text).toBe(unknown.text);
    });
  });

  describe('403 Forbidden', () => {
    it('is the answer to callers without the role reader or without a tenant', async () => {
      for (const token of [api.owner.noRole, api.callers.unscoped, api.callers.system]) {
        expect((await api.get('/images', { token })).status).toBe(403);
      }
    });
  });
});
