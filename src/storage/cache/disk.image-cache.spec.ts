import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readlink, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CacheableData, CacheEntry } from '../../images/application/ports/image-cache.js';
import { DiskImageCache } from './disk.image-cache.js';

const MAX_BYTES = 1000;
let directory: string;
let cache: DiskImageCache;
/** As another process of the node has it. */
let other: DiskImageCache;
let entries: CacheEntry[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalog-cache-'));
  cache = new DiskImageCache({ directory, maxBytes: MAX_BYTES });
  other = new DiskImageCache({ directory, maxBytes: MAX_BYTES });
  entries = [];
});
afterEach(async () => {
  for (const entry of entries) await entry.discard();
  while (await hasOpenFiles()) await new Promise(setImmediate); // or the time of the test runs out
  await rm(directory, { recursive: true, force: true });
});

/** Does this process hold a file of the cache open? Only Linux tells. */
async function hasOpenFiles(): Promise<boolean> {
  const open = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(
    open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return paths.some((path) => path.startsWith(directory));
}

const hashOf = (algorithm: string, bytes: Buffer) =>
  createHash(algorithm).update(bytes).digest('hex');

function dataOf(bytes: Buffer, imageId: string = randomUUID()): CacheableData {
  return {
    imageId,
    size: BigInt(bytes.length),
    checksum: hashOf('md5', bytes),
    hashAlgorithm: 'sha512',
    hashValue: hashOf('sha512', bytes),
  };
}

async function begin(data: CacheableData, by = cache): Promise<CacheEntry | 'busy' | 'no-room'> {
  const entry = await by.begin(data);
  if (typeof entry !== 'string') entries.push(entry);
  return entry;
}

async function begun(data: CacheableData, by = cache): Promise<CacheEntry> {
  const entry = await begin(data, by);
  if (typeof entry === 'string') throw new Error(entry);
  return entry;
}

async function keep(text: string, imageId?: string): Promise<CacheableData> {
  const data = dataOf(Buffer.from(text), imageId);
  const entry = await begun(data);
  await entry.write(Buffer.from(text));
  await entry.keep();
  return data;
}

async function read(data: CacheableData, by = cache): Promise<string | null> {
  const stream = await by.open(data, null);
  return stream && String(Buffer.concat(await stream.toArray()));
}

const files = (part: string) => readdir(join(directory, part));
/** Sets the time of last use or of last growth back. */
async function age(part: string, name: string, seconds: number): Promise<void> {
  const then = new Date(Date.now() - seconds * 1000);
  await utimes(join(directory, part, name), then, then);
}

describe('a copy', () => {
  it('is there when it is kept, for every process, and not before', async () => {
    const data = dataOf(Buffer.from('hello'));
    const entry = await begun(data);
    await entry.write(Buffer.from('he'));
    expect(await read(data)).toBeNull();
    await entry.write(Buffer.from('llo'));
    expect(await other.has(data)).toBe(false);
    await entry.keep();
    expect([await read(data), await read(data, other)]).toEqual(['hello', 'hello']);
  });

  it('leaves nothing when it is given up', async () => {
    const data = dataOf(Buffer.from('hello'));
    const entry = await begun(data);
    await entry.write(Buffer.from('he'));
    await entry.discard();
    await entry.discard();
    expect([await files('partial'), await files('images')]).toEqual([[], []]);
    expect(await read(data)).toBeNull();
  });

  it('delivers ranges and counts each read', async () => {
    const data = await keep('0123456789');
    const part = await cache.open(data, { offset: 2n, length: 3n });
    expect(String(Buffer.concat((await part?.toArray()) ?? []))).toBe('234');
    await read(data, other);
    const [listed] = await cache.list();
    expect(listed).toMatchObject({
      imageId: data.imageId,
      size: 10n,
      checksum: data.checksum,
      hits: 2,
    });
  });

  it('is not one of other bytes that the same image has', async () => {
    const { imageId } = await keep('old');
    const renewed = dataOf(Buffer.from('new'), imageId);
    expect(await read(renewed)).toBeNull();
    await keep('new', imageId);
    expect(await cache.evict(imageId, renewed)).toBe(true);
    expect(await read(renewed)).toBe('new');
    expect(await files('images')).toHaveLength(1);
  });

  it('that has lost bytes is removed and not read', async () => {
    const data = await keep('0123456789');
    const [name = ''] = await files('images');
    await truncate(join(directory, 'images', name), 5);
    expect(await read(data)).toBeNull();
    expect(await files('images')).toEqual([]);
  });

  it('that was open when it was evicted is read to its end', async () => {
    const data = await keep('0123456789');
    const stream = await cache.open(data, null);
    await other.evict(data.imageId);
    expect(String(Buffer.concat((await stream?.toArray()) ?? []))).toBe('0123456789');
    expect(await read(data)).toBeNull();
  });
});

describe('copies in the making', () => {
  it('are made once, whichever process begins', async () => {
    const data = dataOf(Buffer.from('hello'));
    const herd = await Promise.all(Array.from({ length: 8 }, () => begin(data)));
    expect(herd.filter((entry) => entry !== 'busy')).toHaveLength(1);
    expect(await begin(data, other)).toBe('busy');
    expect(await files('partial')).toHaveLength(1);
  });

  it('may be begun again when one was given up or kept', async () => {
    const data = dataOf(Buffer.from('hello'));
    await (await begun(data)).discard();
    const again = await begun(data);
    await again.write(Buffer.from('hello'));
    await again.keep();
    expect(await begin(data)).not.toBe('busy');
  });

  it('of a process that is gone do not keep others from it, and are removed in the end', async () => {
    const data = dataOf(Buffer.from('hello'));
    const abandoned = await begun(data);
    const [name = ''] = await files('partial');
    await age('partial', name, 200);
    const entry = await begun(data, other);
    await cache.tidy();
    expect(await files('partial')).toHaveLength(2);
    await age('partial', name, 700);
    await cache.tidy();
    expect(await files('partial')).toHaveLength(1);
    await abandoned.write(Buffer.from('wrong'));
    await expect(abandoned.keep()).rejects.toThrow('ENOENT');
    await abandoned.discard();
    await entry.write(Buffer.from('hello'));
    await entry.keep();
    expect(await read(data)).toBe('hello');
  });
});

describe('the room', () => {
  const text = (letter: string) => letter.repeat(400);

  it('goes to what was used last', async () => {
    const [first, second] = [await keep(text('a')), await keep(text('b'))];
    for (const name of await files('images')) await age('images', name, 60);
    await read(first, other);
    const third = await keep(text('c'));
    expect([await read(first), await read(second), await read(third)]).toEqual([
      text('a'),
      null,
      text('c'),
    ]);
    expect(await files('hits')).toHaveLength(2);
  });

  it('is never given to more than there is, whichever processes fill', async () => {
    await begun(dataOf(Buffer.from(text('a'))));
    await begun(dataOf(Buffer.from(text('b'))), other);
    expect(await begin(dataOf(Buffer.from(text('c'))))).toBe('no-room');
    expect(await files('partial')).toHaveLength(2);
  });

  it('is refused to what is larger than all of it', async () => {
    await keep(text('a'));
    expect(await begin(dataOf(Buffer.alloc(MAX_BYTES + 1)))).toBe('no-room');
    expect(await files('images')).toHaveLength(1);
  });

  it('is made when the limit has become smaller', async () => {
    await keep(text('a'));
    await keep(text('b'));
    const smaller = new DiskImageCache({ directory, maxBytes: 500 });
    expect(await smaller.prune()).toEqual({ files: 1, bytes: 400n });
    expect(await smaller.prune()).toEqual({ files: 0, bytes: 0n });
  });
});

describe('the queue', () => {
  it('keeps its order, each image once, for every process', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await cache.enqueue(first);
    await age('queue', first, 60);
    await other.enqueue(second);
    await cache.enqueue(second);
    expect(await other.queued()).toEqual([first, second]);
    expect([await cache.dequeue(first), await cache.dequeue(first)]).toEqual([true, false]);
    expect(await cache.queued()).toEqual([second]);
  });

  it('and the copies pass over what is not theirs', async () => {
    await keep('x');
    await writeFile(join(directory, 'images', 'notes.txt'), 'mine');
    await writeFile(join(directory, 'queue', 'notes.txt'), 'mine');
    expect(await cache.list()).toHaveLength(1);
    expect(await cache.queued()).toEqual([]);
  });

  it('and the copies are empty before anything is cached', async () => {
    expect([await cache.list(), await cache.queued(), await cache.prune()]).toEqual([
      [],
      [],
      { files: 0, bytes: 0n },
    ]);
    expect(await cache.evict(randomUUID())).toBe(false);
  });
});
