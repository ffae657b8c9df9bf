import { appendFile, open, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import {
  ImageCache,
  type CacheableData,
  type CachedData,
  type CacheEntry,
} from '../../images/application/ports/image-cache.js';
import type { DataRange } from '../../images/application/ports/image-data-store.js';
import type { ImageCacheSettings } from '../../platform/config/image-cache-settings.js';
import { FileStream } from '../../platform/files/file-stream.js';
import { isNoSuchFile } from '../filesystem/filesystem-errors.js';
import { CacheDirectory, cacheName, parseCacheName, type CacheFile } from './cache-directory.js';
import { CacheRoom } from './cache-room.js';
import { PartialCopy } from './partial-copy.js';

/** A copy in the making that did not grow for so long belongs to a process that is gone, most likely. */
const STALE_MS = 10 * 60 * 1000;
/** After so long without growth others may begin the same copy; whichever is whole first is kept. */
const STALLED_MS = 2 * 60 * 1000;
const IMAGE_ID = /^[0-9a-f-]{36}$/;

/**
 * {@link ImageCache} in a directory, with no state but its files: what one process does, the others see. A copy is
 * there as a whole or not at all, whoever is killed when.
 */
export class DiskImageCache extends ImageCache {
  private readonly directory: CacheDirectory;
  private readonly room: CacheRoom;
  /** Names of what this process makes copies of. */
  private readonly making = new Set<string>();

  constructor({ directory, maxBytes }: ImageCacheSettings) {
    super();
    this.directory = new CacheDirectory(directory);
    this.room = new CacheRoom(this.directory, maxBytes);
  }

  async open(data: CacheableData, range: DataRange | null): Promise<Readable | null> {
    const name = cacheName(data);
    try {
      const file = await open(this.directory.path('images', name), 'r');
      if ((await file.stat({ bigint: true })).size !== data.size) {
        await file.close();
        await this.directory.forget(name);
        return null;
      }
      await appendFile(this.directory.path('hits', name), '.').catch(() => undefined);
      return new FileStream(file, range ?? { offset: 0n, length: data.size });
    } catch (error) {
      if (isNoSuchFile(error)) return null;
      throw error;
    }
  }

  async has(data: CacheableData): Promise<boolean> {
    return (await this.directory.file('images', cacheName(data))) !== null;
  }

  async begin(data: CacheableData): Promise<CacheEntry | 'busy' | 'no-room'> {
    const name = cacheName(data);
    if (!this.room.holds(Number(data.size))) return 'no-room';
    if (this.making.has(name)) return 'busy';
    this.making.add(name);
    try {
      await this.directory.create();
      const path = this.directory.newPartial(name);
      const place = { path, target: this.directory.path('images', name) };
      const copy = await PartialCopy.create(place, () => this.making.delete(name));
      return await this.admit(copy, path, data);
    } catch (error) {
      this.making.delete(name);
      throw error;
    }
  }

  async list(): Promise<readonly CachedData[]> {
    const copies = await this.directory.files('images');
    const listed = await Promise.all(copies.map((copy) => this.describe(copy)));
    return listed.filter((data) => data !== null);
  }

  async evict(imageId: string, keeping?: CacheableData): Promise<boolean> {
    const kept = keeping === undefined ? null : cacheName(keeping);
    const copies = (await this.directory.files('images')).filter(
      ({ name }) => name !== kept && parseCacheName(name)?.imageId === imageId,
    );
    for (const { name } of copies) await this.directory.forget(name);
    return copies.length > 0;
  }

  async tidy(): Promise<void> {
    for (const { name, modifiedAt } of await this.directory.files('partial')) {
      if (Date.now() - Number(modifiedAt) > STALE_MS) await this.directory.remove('partial', name);
    }
  }

  async prune(): Promise<{ files: number; bytes: bigint }> {
    const { files, bytes } = await this.room.make();
    return { files, bytes: BigInt(bytes) };
  }

  async queued(): Promise<readonly string[]> {
    const files = (await this.directory.files('queue')).filter(({ name }) => IMAGE_ID.test(name));
    return files
      .toSorted((a, b) => Number(a.modifiedAt) - Number(b.modifiedAt))
      .map(({ name }) => name);
  }

  async enqueue(imageId: string): Promise<void> {
    await this.directory.create();
    const path = this.directory.path('queue', imageId);
    await writeFile(path, '', { flag: 'a', mode: 0o600 });
  }

  async dequeue(imageId: string): Promise<boolean> {
    const wasQueued = (await this.directory.file('queue', imageId)) !== null;
    await this.directory.remove('queue', imageId);
    return wasQueued;
  }

  /** Two processes that begin at once may both give way; a later reader has more luck. */
  private async admit(
    copy: PartialCopy,
    path: string,
    data: CacheableData,
  ): Promise<CacheEntry | 'busy' | 'no-room'> {
    let refusal: 'busy' | 'no-room' = 'busy';
    try {
      if (!(await this.isMadeElsewhere(cacheName(data), path))) {
        await copy.announce(Number(data.size));
        if ((await this.room.make()).fits) return copy;
        refusal = 'no-room';
      }
    } catch (error) {
      await copy.discard();
      throw error;
    }
    await copy.discard();
    return refusal;
  }

  private async isMadeElsewhere(name: string, own: string): Promise<boolean> {
    return (await this.directory.files('partial')).some(
      (partial) =>
        partial.name.startsWith(`${name}.`) &&
        partial.name !== basename(own) &&
        Date.now() - Number(partial.modifiedAt) < STALLED_MS,
    );
  }

  private async describe({ name, bytes, modifiedAt }: CacheFile): Promise<CachedData | null> {
    const identity = parseCacheName(name);
    if (identity === null) return null;
    const reads = await this.directory.file('hits', name);
    return {
      ...identity,
      size: BigInt(bytes),
      hits: reads?.bytes ?? 0,
      accessedAt: reads?.modifiedAt ?? modifiedAt,
      cachedAt: modifiedAt,
    };
  }
}
