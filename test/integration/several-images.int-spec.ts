import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DuplicateImageId, ImageCountExceeded } from '../../src/images/domain/image.errors.js';
import type { Image } from '../../src/images/domain/image.js';
import { PrismaImageRepository } from '../../src/images/persistence/prisma-image.repository.js';
import { withOrigin } from '../../src/platform/database/change-origin.js';
import { Database } from '../../src/platform/database/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { changing, imageWith, NOW } from '../support/domain-fixtures.js';
import { eventually } from '../support/image-data.js';

let test: TestDatabase;
let database: Database;
let images: PrismaImageRepository;
let statements: (string | null)[];

beforeAll(async () => {
  test = await createTestDatabase();
  const limits = { poolSize: 4, connectTimeoutMs: 20_000, statementTimeoutMs: 10_000 };
  database = new Database({ url: test.serviceUrl, ...limits });
  images = new PrismaImageRepository(database, 0);
  statements = [];
  database.observe((name) => {
    statements.push(name);
    return () => undefined;
  });
  await together();
});
beforeEach(() => {
  statements.splice(0);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});

/** The shared connection is there: what is written from now on goes over it. */
const together = (): Promise<void> =>
  eventually(async () => {
    await Promise.all([add(anImage()), add(anImage())]);
    expect(statements.splice(0)).toContain('add-image-2');
  });

const anImage = (owner: string | null = 't1'): Image =>
  imageWith({ id: randomUUID(), owner, properties: { a: 'ä', __proto__: 'x' } });

/** As the request of a user with this name. */
const as = <T>(user: string, work: () => Promise<T>): Promise<T> =>
  withOrigin(() => ({ userId: user, tenantId: 't1', requestId: `req-${user}` }), work);

const add = (image: Image, quota = -1): Promise<void> => images.add(image, quota);
const isStored = async ({ attributes: { id } }: Image): Promise<boolean> =>
  (await images.find(id, 'everything')) !== null;
const recordsOf = async ({ attributes: { id } }: Image) =>
  (
    await database.pool.query<Readonly<Record<'action' | 'user' | 'request', string | null>>>(
      `SELECT action, user_id AS "user", request_id AS request FROM audit_records WHERE image_id = $1 ORDER BY id`,
      [id],
    )
  ).rows;

describe('images that are added at the same time', () => {
  it('are added by one statement, each as it is, in the name of who asked for it', async () => {
    const all = [anImage(), anImage(), anImage()];
    await Promise.all([
      as('ann', () => add(all[0] as Image)),
      as('bob', () => add(all[1] as Image)),
      add(all[2] as Image),
    ]);
    expect(statements).toEqual(['add-image-3']);
    for (const image of all) {
      const stored = await images.find(image.attributes.id, 'everything');
      expect({ ...stored?.attributes }).toEqual({ ...image.attributes });
    }
    const records = await Promise.all(all.map(recordsOf));
    expect(records).toEqual([
      [{ action: 'image.create', user: 'ann', request: 'req-ann' }],
      [{ action: 'image.create', user: 'bob', request: 'req-bob' }],
      [{ action: 'image.create', user: null, request: null }],
    ]);
  });

  it('are added as long as there is room, to the last one', async () => {
    const all = Array.from({ length: 12 }, () => anImage('narrow'));
    const outcomes = await Promise.allSettled(all.map((image) => add(image, 5)));
    const refused = outcomes.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(7);
    expect(refused.every(({ reason }) => reason instanceof ImageCountExceeded)).toBe(true);
    const stored = await Promise.all(all.map(isStored));
    expect(stored).toEqual(outcomes.map(({ status }) => status === 'fulfilled'));
  });

  it('are added but for the one whose id is taken', async () => {
    const taken = anImage();
    await add(taken);
    const outcomes = await Promise.allSettled(
      [anImage(), taken, anImage()].map((each) => add(each)),
    );
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: expect.any(DuplicateImageId) as unknown },
      { status: 'fulfilled' },
    ]);
  });
});

describe('images that are changed at the same time', () => {
  const renamed = (image: Image, name: string): Image =>
    image.apply([{ kind: 'set-attributes', values: { name } }], changing({ now: NOW }));

  it('are changed by one statement, those that nobody else has changed', async () => {
    const all = [anImage(), anImage(), anImage()] as const;
    await Promise.all(all.map((image) => add(image)));
    await images.replace(all[1], renamed(all[1], 'sooner'));
    statements.splice(0);
    const outcomes = await Promise.all(
      all.map((image, index) =>
        as(`user ${index}`, () => images.replace(image, renamed(image, `name ${index}`))),
      ),
    );
    expect(outcomes).toEqual([true, false, true]);
    expect(statements).toEqual(['replace-image-3']);
    const stored = await Promise.all(
      all.map(({ attributes: { id } }) => images.find(id, 'everything')),
    );
    const names = stored.map((image) => image?.attributes.name);
    expect(names).toEqual(['name 0', 'sooner', 'name 2']);
    const records = (await Promise.all(all.map(recordsOf))).map((each) => each.at(-1));
    expect(records).toMatchObject([{ user: 'user 0' }, { user: null }, { user: 'user 2' }]);
  });

  it('are changed once each, when two change the same', async () => {
    const [one, other] = [anImage(), anImage()] as const;
    await Promise.all([add(one), add(other)]);
    const outcomes = await Promise.all([
      images.replace(one, renamed(one, 'first')),
      images.replace(one, renamed(one, 'second')),
      images.replace(other, renamed(other, 'third')),
    ]);
    expect(outcomes.filter(Boolean)).toHaveLength(2);
    expect(outcomes[2]).toBe(true);
  });
});
