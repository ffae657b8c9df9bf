import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { toImageJson } from '../../../src/images/image-v2/image.representation.js';
import {
  IMAGE_COLUMNS,
  toImage,
  type ImageRow,
} from '../../../src/images/persistence/image.record.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { load, query, type Loaded } from '../../support/transfer.js';

const file = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

let database: TestDatabase;
let loaded: Loaded;
beforeAll(async () => {
  database = await createTestDatabase();
  loaded = await load(database.url, file('examples/catalog.json'), { strict: true });
});
afterAll(() => database.drop());

const find = async (id: string) => {
  const [row] = await query<ImageRow>(
    database.url,
    `SELECT ${IMAGE_COLUMNS} FROM images i WHERE i.id = $1`,
    [id],
  );
  return toImage(row!);
};

describe('the example catalog', () => {
  it('loads completely', () => {
    const { length } = JSON.parse(file('examples/catalog.json'));
    expect(loaded).toMatchObject({ counts: { added: length, skipped: 0, bad: 0 }, problems: [] });
    expect(file('examples/README.md')).toContain(`holds ${length} image records`);
  });

  it('shows the image of the Image API page member for member', async () => {
    const image = await find('126a6674-6308-421f-801e-fc302ab4f53f');
    const published = JSON.parse(file('test/fixtures/published-image-v2.json'));
    expect(JSON.parse(toImageJson(image, 'published'))).toEqual(published);
  });

  it('holds the record behind the image of the Compute API page (compute-v2.1 13.2)', async () => {
    const { attributes } = await find('70a599e0-31e7-49b7-b260-868f441e862b');
    const { image } = JSON.parse(file('test/fixtures/published-compute-image.json'));
    expect(attributes).toMatchObject({
      name: image.name,
      status: 'active',
      size: BigInt(image['OS-EXT-IMG-SIZE:size']),
      minDisk: image.minDisk,
      minRam: image.minRam,
      createdAt: new Date(image.created),
      updatedAt: new Date(image.updated),
      properties: image.metadata,
      visibility: 'public',
      containerFormat: 'ova',
      diskFormat: 'vhd',
      checksum: null,
    });
  });
});
