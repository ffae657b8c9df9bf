import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, NotFound } from '../../../kernel/errors.js';
import type { Principal } from '../../../kernel/principal.js';
import { normalizeImageId } from '../../domain/image-id.js';
import { ImageNotFound } from '../../domain/image.errors.js';
import { ImageCache, type CachedData } from '../ports/image-cache.js';
import { VisibleImages } from '../visible-images.js';
import { FillImageCache } from './fill-image-cache.js';

export type CacheTarget = 'cache' | 'queue';

/** What administrators do with the cache of the node that they reach (image-v2 2.19). */
@Injectable()
export class ManageImageCache {
  constructor(
    @Inject(ImageCache) private readonly cache: ImageCache | null,
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(FillImageCache) private readonly filler: FillImageCache,
  ) {}

  get isOn(): boolean {
    return this.cache !== null;
  }

  /** @throws NotFound without a cache, as all of these do */
  async list(): Promise<{ cached: readonly CachedData[]; queued: readonly string[] }> {
    const cache = this.require();
    return { cached: await cache.list(), queued: await cache.queued() };
  }

  /** Queues an image. @throws ImageNotFound; InvalidRequest for one that is not active */
  async add(imageId: string, principal: Principal): Promise<void> {
    const cache = this.require();
    const { attributes } = await this.visible.get(imageId, principal);
    if (attributes.status !== 'active') {
      throw new InvalidRequest('Only images that are active can be cached.');
    }
    await cache.enqueue(attributes.id);
    this.filler.wake();
  }

  /** Takes an image out of cache and queue. @throws ImageNotFound when there is neither image nor copy */
  async remove(imageId: string, principal: Principal): Promise<void> {
    const cache = this.require();
    const id = normalizeImageId(imageId);
    if (id === null) throw new ImageNotFound();
    const wasQueued = await cache.dequeue(id);
    const wasCached = await cache.evict(id);
    if (!wasQueued && !wasCached) await this.visible.get(id, principal);
  }

  async clear(targets: readonly CacheTarget[]): Promise<void> {
    const cache = this.require();
    if (targets.includes('queue')) {
      for (const imageId of await cache.queued()) await cache.dequeue(imageId);
    }
    if (!targets.includes('cache')) return;
    for (const { imageId } of await cache.list()) await cache.evict(imageId);
  }

  /** Removes what no image has any more, and what killed processes left. */
  async clean(): Promise<void> {
    await this.filler.tidy(this.require());
  }

  /** Brings the cache under its limit. */
  prune(): Promise<{ readonly files: number; readonly bytes: bigint }> {
    return this.require().prune();
  }

  /** @throws Conflict always: nodes do not know of each other's caches; ImageNotFound before */
  async nodes(imageId: string, principal: Principal): Promise<never> {
    this.require();
    await this.visible.get(imageId, principal);
    throw new Conflict('Each node keeps a cache of its own, of which others do not know.');
  }

  private require(): ImageCache {
    if (this.cache === null) throw new NotFound('Caching is not enabled in this deployment.');
    return this.cache;
  }
}
