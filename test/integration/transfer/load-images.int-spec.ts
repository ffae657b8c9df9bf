import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { dump, load, query } from '../../support/transfer.js';

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const C = '00000000-0000-4000-8000-00000000000c';

let database: TestDatabase;
let url: string;
beforeEach(async () => {
  database = await createTestDatabase();
  url = database.url;
});
afterEach(() => database.drop());

/** Everything that is stored about images, members and tenants. */
async function stored() {
  const [images, members, tenants] = await Promise.all([
    query(url, 'SELECT * FROM images ORDER BY id'),
    query(url, 'SELECT * FROM image_members ORDER BY image_id, member_id'),
    query(url, 'SELECT id, image_count, image_bytes FROM tenants ORDER BY id'),
  ]);
  return { images, members, tenants };
}

const counts = (more: object) => ({ added: 0, replaced: 0, kept: 0, skipped: 0, bad: 0, ...more });
const remove = (id: string) =>
  query(url, 'UPDATE images SET deleted_at = now(), version = version + 1 WHERE id = $1', [id]);

const withMembers = {
  id: A,
  name: 'first',
  owner: 'o1',
  visibility: 'shared',
  size: 10,
  tags: ['x', 'y'],
  os_distro: 'debian',
  created_at: '2020-01-01T00:00:00Z',
  updated_at: '2020-01-02T00:00:00.250Z',
  members: [
    { member_id: 'm1', status: 'accepted', created_at: '2020-01-03T00:00:00Z' },
    { member_id: 'm2' },
  ],
};

describe('loading new images', () => {
  it('stores what the documents state, in version 1', async () => {
    const result = await load(url, [withMembers]);
    expect(result).toEqual({ counts: counts({ added: 1 }), isRolledBack: false, problems: [] });
    const { images, members, tenants } = await stored();
    expect(images).toEqual([
      expect.objectContaining({
        id: A,
        name: 'first',
        owner: 'o1',
        status: 'queued',
        size: 10n,
        virtual_size: null,
        tags: ['x', 'y'],
        properties: { os_distro: 'debian' },
        created_at: new Date('2020-01-01T00:00:00Z'),
        updated_at: new Date('2020-01-02T00:00:00.250Z'),
        deleted_at: null,
        version: 1,
      }),
    ]);
    expect(members).toMatchObject([
      { member_id: 'm1', status: 'accepted', created_at: new Date('2020-01-03T00:00:00Z') },
      { member_id: 'm2', status: 'pending' },
    ]);
    expect(tenants).toEqual([{ id: 'o1', image_count: 1, image_bytes: 10n }]);
  });

  it('counts the images and bytes of each tenant over several batches', async () => {
    const documents = Array.from({ length: 4500 }, (_, i) => ({
      id: randomUUID(),
      owner: ['a', 'b', null][i % 3],
      size: 2 ** 33,
    }));
    await load(url, documents);
    const { tenants } = await stored();
    const usage = { image_count: 1500, image_bytes: 1500n * 2n ** 33n };
    expect(tenants).toEqual([
      { id: 'a', ...usage },
      { id: 'b', ...usage },
    ]);
  });

  it('takes a date that is not stated from the other one', async () => {
    await load(url, [
      { id: A, created_at: '2020-01-01T00:00:00Z' },
      { id: B, updated_at: '2021-01-01T00:00:00Z' },
    ]);
    expect((await stored()).images).toMatchObject([
      { updated_at: new Date('2020-01-01T00:00:00Z') },
      { created_at: new Date('2021-01-01T00:00:00Z') },
    ]);
  });
});

describe('loading the same again', () => {
  it.each([{ replace: false }, { replace: true }])('changes nothing (%j)', async (options) => {
    const documents = [withMembers, { id: B, tags: ['q'], owner: 'o2' }, { id: C, members: [] }];
    await load(url, documents);
    const before = await stored();
    const result = await load(url, documents, options);
    expect(result).toEqual({ counts: counts({ kept: 3 }), isRolledBack: false, problems: [] });
    expect(await stored()).toEqual(before);
  });

  it('is no difference when only the order of tags is another', async () => {
    await load(url, [withMembers]);
    const result = await load(url, [{ ...withMembers, tags: ['y', 'x'] }], { replace: true });
    expect(result.counts).toEqual(counts({ kept: 1 }));
  });
});

describe('loading an existing image with other values', () => {
  beforeEach(() => load(url, [withMembers]));

  it('keeps the image unless it is to be replaced', async () => {
    const before = await stored();
    const result = await load(url, [{ ...withMembers, name: 'other', members: [] }, { id: B }]);
    expect(result.counts).toEqual(counts({ kept: 1, added: 1 }));
    const { images, members } = await stored();
    expect(images[0]).toEqual(before.images[0]);
    expect(members).toEqual(before.members);
  });

  it('overwrites all of it with --replace: the next version, and the tenants follow', async () => {
    const other = { id: A, owner: 'o2', size: 7, updated_at: '2022-01-01T00:00:00Z', k: null };
    const result = await load(url, [other], { replace: true });
    expect(result.counts).toEqual(counts({ replaced: 1 }));
    const { images, tenants } = await stored();
    expect(images[0]).toMatchObject({
      name: null,
      owner: 'o2',
      size: 7n,
      tags: [],
      properties: { k: null },
      version: 2,
      created_at: new Date('2020-01-01T00:00:00Z'),
      updated_at: new Date('2022-01-01T00:00:00Z'),
    });
    expect(tenants).toEqual([
      { id: 'o1', image_count: 0, image_bytes: 0n },
      { id: 'o2', image_count: 1, image_bytes: 7n },
    ]);
  });

  it.each([
    ['name', null],
    ['name', 'other'],
    ['owner', null],
    ['status', 'active'],
    ['visibility', 'public'],
    ['protected', true],
    ['os_hidden', true],
    ['disk_format', 'raw'],
    ['container_format', 'bare'],
    ['size', null],
    ['virtual_size', 1],
    ['checksum', 'x'],
    ['os_hash_algo', 'x'],
    ['os_hash_value', 'x'],
    ['min_disk', 1],
    ['min_ram', 1],
    ['tags', ['x']],
    ['tags', ['x', 'y', 'z']],
    ['os_distro', 'Debian'],
    ['os_version', '12'],
    ['created_at', '2020-01-01T00:00:00.001Z'],
    ['updated_at', '2020-01-02T00:00:00Z'],
  ])('notices that %s is %j', async (name, value) => {
    const result = await load(url, [{ ...withMembers, [name]: value }], { replace: true });
    expect(result.counts).toEqual(counts({ replaced: 1 }));
    expect((await stored()).images[0]).toMatchObject({ version: 2 });
  });

  it('makes the members those of the document and leaves the image alone', async () => {
    const before = await stored();
    const members = [
      { member_id: 'm1', status: 'rejected', updated_at: '2021-01-01T00:00:00Z' },
      { member_id: 'm3', status: 'accepted' },
    ];
    const result = await load(url, [{ ...withMembers, members }], { replace: true });
    expect(result.counts).toEqual(counts({ replaced: 1 }));
    const after = await stored();
    expect(after.images).toEqual(before.images);
    expect(after.members).toMatchObject([
      {
        member_id: 'm1',
        status: 'rejected',
        created_at: new Date('2020-01-03T00:00:00Z'),
        updated_at: new Date('2021-01-01T00:00:00Z'),
      },
      { member_id: 'm3', status: 'accepted' },
    ]);
  });

  it('keeps the members that the document does not list', async () => {
    const { members: _, ...silent } = withMembers;
    const result = await load(url, [{ ...silent, name: 'other' }], { replace: true });
    expect(result.counts).toEqual(counts({ replaced: 1 }));
    expect((await stored()).members).toHaveLength(2);
  });
});

describe('an image that was deleted here', () => {
  it.each([{ replace: false }, { replace: true }])('stays so (%j)', async (options) => {
    await load(url, [withMembers, { id: B }]);
    await remove(A);
    const before = await stored();
    const result = await load(url, [{ id: B }, { ...withMembers, members: [] }], options);
    expect(result.counts).toEqual(counts({ kept: 1, skipped: 1 }));
    expect(result.problems).toEqual([
      {
        kind: 'skipped',
        source: 'input',
        line: 2,
        reason: 'the image was deleted here, and ids are never reused',
      },
    ]);
    expect(await stored()).toEqual(before);
  });

  it('is only counted when the document itself says so', async () => {
    const result = await load(url, [{ id: A, status: 'deleted' }]);
    expect(result).toMatchObject({ counts: counts({ skipped: 1 }), problems: [] });
  });
});

describe('bad documents', () => {
  const input = [
    JSON.stringify({ id: A, owner: 'o' }),
    '{"id": "x"}',
    JSON.stringify({ id: A.toUpperCase(), name: 'again' }),
    `{"id": "${B}", `,
    JSON.stringify({ id: C, size: -1 }),
    JSON.stringify({ id: B }),
  ].join('\n');

  it('are left out and reported with their lines', async () => {
    const { counts: found, problems } = await load(url, input);
    expect(found).toEqual(counts({ added: 2, bad: 4 }));
    const reported = problems.map(({ line, reason }) => `${line}: ${reason}`);
    expect(reported.toSorted()).toEqual([
      "2: 'id' must be a UUID",
      '3: the id stands earlier in the input',
      '4: the document is not complete',
      "5: 'size' must be a whole number from 0 to 9223372036854775807",
    ]);
    const names = await query(url, 'SELECT id, name FROM images ORDER BY id');
    expect(names).toEqual([
      { id: A, name: null },
      { id: B, name: null },
    ]);
  });

  it('are found across batches when they repeat an id', async () => {
    const documents = Array.from({ length: 2500 }, () => ({ id: randomUUID() }));
    const result = await load(url, [...documents, documents[0]!, documents[2400]!]);
    expect(result.counts).toEqual(counts({ added: 2500, bad: 2 }));
    expect(result.problems.map(({ line }) => line)).toEqual([2501, 2502]);
  });

  it('are told apart from their batch when only the database can tell', async () => {
    const most = String(2n ** 63n - 1n);
    const huge = [A, B].map((id) => `{"id":"${id}","owner":"o","size":${most}}`).join('\n');
    const result = await load(url, `${huge}\n{"id":"${C}","owner":"o","size":0}`);
    expect(result.counts).toEqual(counts({ added: 2, bad: 1 }));
    expect(result.problems).toMatchObject([
      { line: 2, reason: expect.stringMatching(/^the database refuses it: .*out of range/) },
    ]);
  });

  it('take back everything in a strict load', async () => {
    await load(url, [{ id: C, name: 'mine', owner: 'o' }]);
    const before = await stored();
    const documents = Array.from({ length: 4100 }, () => ({ id: randomUUID(), owner: 'o' }));
    const others = [{ id: C, name: 'theirs', owner: 'p' }, ...documents, { id: 'x' }];
    const result = await load(url, others, { strict: true, replace: true });
    expect(result).toMatchObject({ counts: counts({ bad: 1 }), isRolledBack: true });
    expect(result.problems).toMatchObject([{ line: 4102, reason: "'id' must be a UUID" }]);
    expect(await stored()).toEqual(before);
  });

  it('are none in a strict load that succeeds', async () => {
    const documents = Array.from({ length: 4100 }, () => ({ id: randomUUID(), owner: 'o' }));
    const result = await load(url, documents, { strict: true });
    expect(result).toMatchObject({ counts: counts({ added: 4100 }), isRolledBack: false });
    expect((await stored()).tenants).toMatchObject([{ id: 'o', image_count: 4100 }]);
  });
});

it('never holds more than two batches, however long the input is', async () => {
  let read = 0;
  let most = 0;
  async function* input(): AsyncGenerator<Buffer> {
    while (read < 20_000) {
      const documents = Array.from({ length: 250 }, () => `{"id":"${randomUUID()}"}\n`);
      read += documents.length;
      yield Buffer.from(documents.join(''));
    }
  }
  const progress = ({ added }: { added: number }): void => {
    most = Math.max(most, read - added);
  };
  const result = await load(url, input(), { progress });
  expect(result.counts.added).toBe(20_000);
  expect(most).toBeLessThanOrEqual(4250);
});

it('loads nothing from an empty input', async () => {
  expect((await load(url, '')).counts).toEqual(counts({}));
  expect(await dump(url)).toBe('');
});
