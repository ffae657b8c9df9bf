import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { Image } from '../domain/image.js';
import { CachedCopies } from './cache/cached-copies.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { PresignedCopies } from './presigned-copies.js';
import type { StoredData } from './stored-copies.js';

/** How data reaches whoever may have it: through the service, or straight from a store. */
@Injectable()
export class DeliveredCopies {
  constructor(
    @Inject(CachedCopies) private readonly copies: CachedCopies,
    @Inject(PresignedCopies) private readonly presigned: PresignedCopies,
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  /** @throws like {@link CachedCopies.open} */
  open(image: Image, stored: StoredData): Promise<Readable> {
    return this.copies.open(image, stored);
  }

  /** @returns null when it must be {@link open}ed: the operator, the store or this node's cache wants that */
  async elsewhere(image: Image, stored: Omit<StoredData, 'range'>): Promise<string | null> {
    if (!this.settings.redirectDownloads || stored.size === 0n) return null;
    return (await this.copies.holds(image)) ? null : this.presigned.urlOf(stored);
  }
}
