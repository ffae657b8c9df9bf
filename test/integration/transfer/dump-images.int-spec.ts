import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { Image, type ImageAttributes } from '../../../src/images/domain/image.js';
import { toImageJson } from '../../../src/images/image-v2/image.representation.js';
import { addStatement } from '../../../src/images/persistence/image-add.sql.js';
import { DumpImages } from '../../../src/images/transfer/dump-images.js';
import type { DocumentMember } from '../../../src/images/transfer/image-document.js';
import { documentMembers, imageAttributes } from '../../support/arbitrary-images.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { dump, load, query, withTool } from '../../support/transfer.js';

let here: TestDatabase;
let there: TestDatabase;
beforeAll(async () => {
  [here, there] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(() => Promise.all([here.drop(), there.drop()]));

const empty = () =>
  Promise.all(
    [here, there].map(({ url }) => query(url, 'TRUNCATE images, image_members, tenants CASCADE')),
  );
beforeEach(empty);

interface Shared {
  readonly image: ImageAttributes;
  readonly members: readonly DocumentMember[];
}

/** Writes images as the service does. */
const fill = (url: string, entries: readonly Shared[]) =>
  withTool(url, async (client) => {
    await client.query('BEGIN');
    for (const { image, members } of entries) {
      const { text, values } = addStatement(image, -1);
      await client.query(text, [...values]);
      for (const { memberId, status, createdAt, updatedAt } of members) {
        await client.query('INSERT INTO image_members VALUES ($1, $2, $3, $4, $5)', [
          image.id,
          memberId,
          status,
          createdAt,
          updatedAt,
        ]);
      }
    }
    await client.query('COMMIT');
  });

const tenants = (url: string) =>
  query(url, 'SELECT id, image_count, image_bytes FROM tenants ORDER BY id');

const shared = fc
  .record({ image: imageAttributes, members: documentMembers })
  // A tenant's bytes have 63 bits as well.
  .map(({ image, members }) => ({
    image: { ...image, owner: (image.size ?? 0n) > 2n ** 40n ? null : image.owner },
    members,
  }));

describe('a dump', () => {
  it('loaded into an empty catalog makes the same catalog, whatever the images are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(shared, { maxLength: 20, selector: ({ image }) => image.id }),
        async (entries) => {
          await empty();
          await fill(here.url, entries);
          const dumped = await dump(here.url);
          const { counts, problems } = await load(there.url, dumped);
          expect(problems).toEqual([]);
          expect(counts.added).toBe(entries.length);
          expect(await dump(there.url)).toBe(dumped);
          expect(await tenants(there.url)).toEqual(await tenants(here.url));
          const again = await load(here.url, dumped, { replace: true });
          expect(again.counts.kept).toBe(entries.length);
        },
      ),
      // A busy machine tries fewer.
      { numRuns: 30, interruptAfterTimeLimit: 20_000 },
    );
  }, 90_000);

  it('shows each image as the Image API does, with members instead of links', async () => {
    const entries = fc.sample(shared, 20).map(({ image, members }) => ({
      image: { ...image, createdAt: new Date(0), properties: notNull(image.properties) },
      members,
    }));
    await fill(here.url, entries);
    const documents = (await dump(here.url)).trimEnd().split('\n');
    for (const { image } of entries) {
      const {
        self: _self,
        file: _file,
        schema: _schema,
        updated_at: _updatedAt,
        ...expected
      } = JSON.parse(toImageJson(new Image(image), 'current'));
      const line = documents.find((document) => document.includes(`"id":"${image.id}"`));
      expect(JSON.parse(line ?? '{}')).toMatchObject(expected);
      expect(line).toContain(`"size":${image.size},"virtual_size":${image.virtualSize},`);
    }
  });

  it('has the oldest image first and leaves deleted ones out', async () => {
    const ids = Array.from({ length: 4 }, () => randomUUID()).toSorted();
    const dates = ['2020-01-02', '2020-01-01', '2020-01-01', '2019-01-01'];
    await load(
      here.url,
      ids.map((id, i) => ({ id, created_at: `${dates[i]}T00:00:00Z` })),
    );
    await query(here.url, 'UPDATE images SET deleted_at = now() WHERE id = $1', [ids[3]]);
    const lines = (await dump(here.url)).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([ids[1], ids[2], ids[0]]);
  });

  it('is of one moment, whatever is written while it is read', async () => {
    const documents = Array.from({ length: 3000 }, () => ({ id: randomUUID(), name: 'before' }));
    await load(here.url, documents);
    const before = await dump(here.url);
    const during = await withTool(here.url, async (client) => {
      let text = '';
      for await (const lines of new DumpImages(client).execute()) {
        if (text === '') {
          await query(here.url, `UPDATE images SET name = 'after'`);
          await load(here.url, [{ id: randomUUID(), created_at: '9999-01-01T00:00:00Z' }]);
        }
        text += lines.join('');
      }
      return text;
    });
    expect(during).toBe(before);
    expect((await dump(here.url)).match(/"after"/g)).toHaveLength(3000);
  });

  it('can be given up half-way, and the connection goes on', async () => {
    await load(
      here.url,
      Array.from({ length: 1500 }, () => ({ id: randomUUID() })),
    );
    await withTool(here.url, async (client) => {
      for await (const lines of new DumpImages(client).execute()) {
        expect(lines.length).toBeGreaterThan(0);
        break;
      }
      const { rows } = await client.query('SELECT count(*)::int AS images FROM images');
      expect(rows).toEqual([{ images: 1500 }]);
    });
  });
});

/** Nulls among properties are shown as empty by the API. */
const notNull = (properties: ImageAttributes['properties']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === null || name === 'members' ? [] : [[name, value]],
    ),
  );
