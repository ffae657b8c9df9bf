import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BackgroundWork } from '../../../kernel/background-work.js';
import { Unavailable } from '../../../kernel/errors.js';
import { normalizeImageId } from '../../domain/image-id.js';
import type { Image } from '../../domain/image.js';
import { ImageCache } from '../ports/image-cache.js';
import { ImageRepository } from '../ports/image.repository.js';
import { StoredCopies } from '../stored-copies.js';
import { cacheableData } from './cacheable-data.js';
import { CachedCopies } from './cached-copies.js';

/** For what other processes of this node have queued, and for stores that were away. */
const TURN_MS = 10_000;
const TIDY_MS = 60_000;

/** Caches what is queued and removes what no image has any more, in each process of the node. */
@Injectable()
export class FillImageCache implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(FillImageCache.name);
  private readonly filling = new BackgroundWork((error) => {
    this.report(error);
  });
  /** Apart, so that it does not wait for what takes long. */
  private readonly tending = new BackgroundWork((error) => {
    this.report(error);
  });
  private readonly stop = new AbortController();

  constructor(
    @Inject(ImageCache) private readonly cache: ImageCache | null,
    @Inject(ImageRepository) private readonly images: ImageRepository,
    @Inject(StoredCopies) private readonly copies: StoredCopies,
    @Inject(CachedCopies) private readonly cached: CachedCopies,
  ) {}

  /** There is something in the queue. */
  wake(): void {
    const { cache } = this;
    if (cache !== null) this.filling.soon(() => this.fill(cache));
  }

  /** The image is deleted: its copy here goes at once, those of other nodes at their next turn. */
  forget(imageId: string): void {
    const id = normalizeImageId(imageId);
    const { cache } = this;
    if (cache === null || id === null) return;
    this.tending.soon(async () => {
      await cache.dequeue(id);
      await cache.evict(id);
    });
  }

  /** Removes copies of deleted images and of data that images had before, and what killed processes left. */
  async tidy(cache: ImageCache): Promise<void> {
    await cache.tidy();
    for (const imageId of new Set((await cache.list()).map((copy) => copy.imageId))) {
      const image = await this.images.find(imageId, 'everything');
      const data = image && cacheableData(image);
      await cache.evict(imageId, data ?? undefined);
    }
  }

  onApplicationBootstrap(): void {
    const { cache } = this;
    if (cache === null) return;
    this.filling.every(TURN_MS, () => this.fill(cache));
    this.tending.every(TIDY_MS, () => this.tidy(cache));
    this.tending.soon(() => this.tidy(cache));
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all([this.filling.stop(), this.tending.stop()]);
  }

  private async fill(cache: ImageCache): Promise<void> {
    for (const imageId of await cache.queued()) {
      if (this.filling.isStopping) return;
      if (await this.isDone(cache, imageId)) await cache.dequeue(imageId);
    }
  }

  /** @returns false when it is to be tried again later */
  private async isDone(cache: ImageCache, imageId: string): Promise<boolean> {
    const image = await this.images.find(imageId, 'everything');
    const data = image && cacheableData(image);
    if (image === null || data === null || (await cache.has(data))) return true;
    const filling = await this.cached.fill(cache, data);
    if (typeof filling === 'string') return filling === 'no-room';
    try {
      await this.drain(image, (source) => this.cached.keeping(filling, source));
      return true;
    } catch (error) {
      this.logger.warn({ message: 'Could not cache a queued image.', imageId, err: error });
      return !(error instanceof Unavailable) && !this.stop.signal.aborted;
    } finally {
      filling.giveUp();
      await filling.ended;
    }
  }

  private report(error: unknown): void {
    this.logger.warn({ message: 'Could not tend the image cache.', err: error });
  }

  private async drain(
    image: Image,
    keeping: (source: Awaited<ReturnType<StoredCopies['openAll']>>) => NodeJS.ReadableStream,
  ): Promise<void> {
    const chunks = keeping(await this.copies.openAll(image));
    for await (const chunk of chunks) {
      void chunk;
      this.stop.signal.throwIfAborted();
    }
  }
}
