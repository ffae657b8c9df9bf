import { beforeAll, describe, expect, it } from '@jest/globals';
import { useImageApi, type ImageListDocument } from '../../support/image-api.js';

const api = useImageApi({ CATALOG_PAGE_SIZE_DEFAULT: '4', CATALOG_PAGE_SIZE_MAX: '5' });

/** Follows `next` from a query to the end. @returns the pages, as names */
async function walk(query: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next: string | undefined = query; next !== undefined;) {
    const page: ImageListDocument = await api.list(next);
    pages.push(page.images.map(({ name }) => name ?? ''));
    next = queryOf(page.next);
  }
  return pages;
}

/** What follows the path of a link. */
const queryOf = (link: string | undefined): string | undefined => link?.replace('/v2/images', '');

/** Seven images: the odd ones tie in status and creation, one has no name, two have no size. */
beforeAll(async () => {
  const sizes = [5n, 5n, null, 1n, null, 9n, 5n];
  for (const [index, size] of sizes.entries()) {
    await api.storedImage({
      id: `00000000-0000-4000-8000-00000000000${7 - index}`,
      name: index === 3 ? null : `image ${index}`,
      status: index % 2 === 0 ? 'active' : 'queued',
      size,
      tags: ['a', 'b'],
      createdAt: new Date(`2026-01-0${1 + Math.floor(index / 2)}T00:00:00Z`),
      updatedAt: new Date(`2026-02-0${7 - index}T00:00:00Z`),
    });
  }
});

/** The digits of the names in one string, `-` for the image without one. */
const sequence = async (query: string): Promise<string> =>
  (await walk(query))
    .flat()
    .map((name) => name.at(-1) ?? '-')
    .join('');

describe('GET /v2/images', () => {
  describe('200 OK', () => {
    it('is sorted by default with the newest first, and of these the greatest id', async () => {
      expect(await sequence('')).toBe('6452-01');
    });

    it.each([
      ['sort=name:asc', '012456-'],
      ['sort=name:desc', '-654210'],
      ['sort=name', '-654210'],
      ['sort=%20name%20:%20asc%20', '012456-'],
      ['sort=size:asc', '-106524'],
      ['sort=size:desc', '425601-'],
      ['sort=id:asc', '654-210'],
      ['sort=updated_at:asc', '654-210'],
      ['sort=status:asc,name:desc', '6420-51'],
      ['sort=status:desc,created_at:asc,id:asc', '1-50246'],
      ['sort_key=name&sort_dir=asc', '012456-'],
      ['sort_key=status&sort_key=name&sort_dir=asc', '024615-'],
      ['sort_key=status&sort_key=name&sort_dir=desc&sort_dir=asc', '15-0246'],
      ['sort_key=name', '-654210'],
      ['sort_dir=asc', '10-2546'],
      ['sort=name:asc,name:desc', '012456-'],
      ['sort=disk_format:asc,container_format:asc,name:asc', '012456-'],
    ])('?%s sorts over all pages as on one', async (query, expected) => {
      for (const limit of [1, 2, 3, 5]) {
        expect(await sequence(`?${query}&limit=${limit}`)).toBe(expected);
      }
    });

    it('has pages of the default size, and links from each to the next', async () => {
      const page = await api.list();

      expect(page.images).toHaveLength(4);
      expect(page.first).toBe('/v2/images');
      expect(page.next).toBe(`/v2/images?marker=${page.images[3]!.id}`);
      const second = await api.list(queryOf(page.next));
      expect(second.images).toHaveLength(3);
      expect(second).not.toHaveProperty('next');
      expect(second.first).toBe('/v2/images');
    });

    it('caps a limit beyond the greatest page size silently', async () => {
      const page = await api.list('?limit=1000000');

      expect(page.images).toHaveLength(5);
      expect(page.next).toContain('limit=1000000');
    });

    it('has an empty page without a next one for a limit of 0', async () => {
      const page = await api.list('?limit=0');

      expect(page).toEqual({
        images: [],
        first: '/v2/images?limit=0',
        schema: '/v2/schemas/images',
      });
    });

    it('links to an empty page behind a last page that is full', async () => {
      expect((await walk('?tag=a&limit=1')).map((page) => page.length)).toEqual([
        1, 1, 1, 1, 1, 1, 1, 0,
      ]);
    });

    it('keeps every parameter in its links, repeated and unusual ones too', async () => {
      const query = 'tag=a&tag=b&sort=name%3Aasc&os%20x=%26&limit=1&os%20x=%C3%BC';
      const withMatch = 'tag=a&tag=b&sort=name%3Aasc&limit=1';

      const page = await api.list(`?${withMatch}`);

      expect(page.first).toBe(`/v2/images?${withMatch}`);
      expect(page.next).toBe(`/v2/images?${withMatch}&marker=${page.images[0]!.id}`);
      expect((await api.list(`?${query}`)).first).toBe(
        '/v2/images?tag=a&tag=b&sort=name%3Aasc&os+x=%26&limit=1&os+x=%C3%BC',
      );
    });

    it('leaves the marker out of the first link', async () => {
      const page = await api.list('?limit=1');
      const second = await api.list(queryOf(page.next));

      expect(second.first).toBe('/v2/images?limit=1');
      expect(new URLSearchParams(queryOf(second.next)).getAll('marker')).toHaveLength(1);
    });

    it('begins behind a marker that the filters do not match', async () => {
      const [image] = (await api.list('?name=image 0')).images;

      const names = await api.names(`?status=queued&sort=name:asc&marker=${image!.id}`);

      expect(names).toEqual(['image 1', 'image 5', '']);
    });

    it('takes a marker in any case', async () => {
      const page = await api.list('?limit=1');
      const marker = page.images[0]!.id.toUpperCase();

      expect((await api.get(`/images?marker=${marker}`)).status).toBe(200);
    });
  });
});
