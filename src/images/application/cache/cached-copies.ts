import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { Image } from '../../domain/image.js';
import { DataHashing } from '../ports/data-hashing.js';
import { ImageCache, type CacheableData } from '../ports/image-cache.js';
import type { DataRange } from '../ports/image-data-store.js';
import { ImageDataStores } from '../ports/image-data-stores.js';
import { StoredCopies, type StoredData } from '../stored-copies.js';
import { cacheableData } from './cacheable-data.js';
import { CacheFilling } from './cache-filling.js';

/** Stores that are as near as the cache itself. */
const LOCAL_TYPES: ReadonlySet<string> = new Set(['file', 'memory']);

/**
 * Reads data of images from this node's cache, else from their stores. Whole data of remote stores is cached while
 * it passes. Callers have checked that the data may be read (S-19).
 */
@Injectable()
export class CachedCopies implements OnApplicationShutdown {
  private readonly logger = new Logger(CachedCopies.name);
  private readonly fillings = new Set<CacheFilling>();

  constructor(
    @Inject(ImageCache) private readonly cache: ImageCache | null,
    @Inject(StoredCopies) private readonly copies: StoredCopies,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(DataHashing) private readonly hashing: DataHashing,
  ) {}

  /** @throws like {@link StoredCopies.open} */
  async open(image: Image, stored: StoredData): Promise<Readable> {
    const data = cacheableData(image);
    if (this.cache === null || data === null) return this.copies.open(stored);
    const cached = await this.fromCache(this.cache, data, stored.range);
    if (cached !== null) return cached;
    const source = await this.copies.open(stored);
    const isWhole = stored.range === null || stored.range.length === data.size;
    if (!isWhole || !this.isRemote(stored)) return source;
    const filling = await this.fill(this.cache, data);
    return typeof filling === 'string' ? source : this.keeping(filling, source);
  }

  /** Is the data on a disk of this node? */
  async holds(image: Image): Promise<boolean> {
    const data = cacheableData(image);
    if (this.cache === null || data === null) return false;
    try {
      return await this.cache.has(data);
    } catch (error) {
      this.warn('Could not look for a cached image.', data, error);
      return false;
    }
  }

  /** Begins a copy. @returns why there is none */
  async fill(cache: ImageCache, data: CacheableData): Promise<CacheFilling | 'busy' | 'no-room'> {
    try {
      const entry = await cache.begin(data);
      if (typeof entry === 'string') return entry;
      const hash = this.hashing.start([...new Set(['md5', data.hashAlgorithm])]);
      const filling = new CacheFilling(data, entry, hash, (error) => {
        this.warn('Could not cache an image.', data, error);
      });
      this.fillings.add(filling);
      return filling;
    } catch (error) {
      this.warn('Could not cache an image.', data, error);
      return 'no-room';
    }
  }

  /** The source, of which a copy is made; destroying it destroys the source. */
  keeping(filling: CacheFilling, source: Readable): Readable {
    const chunks = Readable.from(filling.through(source), { objectMode: false });
    chunks.once('close', () => {
      source.destroy();
      // One that was never begun to be read ends here.
      filling.giveUp();
      void filling.ended.finally(() => this.fillings.delete(filling));
    });
    return chunks;
  }

  async onApplicationShutdown(): Promise<void> {
    for (const filling of this.fillings) {
      filling.giveUp();
      await filling.ended;
    }
  }

  private async fromCache(
    cache: ImageCache,
    data: CacheableData,
    range: DataRange | null,
  ): Promise<Readable | null> {
    try {
      return await cache.open(data, range);
    } catch (error) {
      // A broken disk makes downloads slower, not impossible.
      this.warn('Could not read a cached image.', data, error);
      return null;
    }
  }

  private isRemote({ locations }: StoredData): boolean {
    return !locations.some(({ storeId }) =>
      this.stores.all.some(({ id, type }) => id === storeId && LOCAL_TYPES.has(type)),
    );
  }

  private warn(message: string, { imageId }: CacheableData, error: unknown): void {
    this.logger.warn({ message, imageId, err: error });
  }
}
