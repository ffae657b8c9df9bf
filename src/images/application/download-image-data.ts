import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { Principal } from '../../kernel/principal.js';
import type { ImageAttributes } from '../domain/image.js';
import { ImageDataRepository } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import type { DataRange } from './ports/image-data-store.js';
import { DeliveredCopies } from './delivered-copies.js';
import { VisibleImages } from './visible-images.js';

/** An image's data, whole and unopened. */
export interface ImageData {
  readonly image: ImageAttributes;
  readonly size: bigint;
  /**
   * Opens it or a range within it. The caller owns the stream.
   * @throws ImageDataMissing, or Unavailable when a store that should have it cannot be asked
   */
  open(range: DataRange | null): Promise<Readable>;

  /**
   * Where whoever asked may read it instead, within a minute.
   * @returns null when it must be {@link open}ed: the operator, the store or this node's cache wants that
   */
  elsewhere(): Promise<string | null>;
}

/** Finds the data of an image and the store to read it from. */
@Injectable()
export class DownloadImageData {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(DeliveredCopies) private readonly copies: DeliveredCopies,
  ) {}

  /**
   * @param command `prefer` names stores to try first
   * @returns null while there is no data yet
   * @throws ImageNotFound, DownloadRefused; StoreUnknown for a preference that is none of ours
   */
  async execute(
    command: { readonly imageId: string; readonly prefer: readonly string[] },
    principal: Principal,
  ): Promise<ImageData | null> {
    for (const storeId of command.prefer) this.stores.find(storeId);
    const image = await this.visible.get(command.imageId, principal);
    image.requireDownloadableBy(principal);
    const { attributes } = image;
    if (!image.hasData) return null;
    const locations = await this.repository.locations(attributes.id);
    const size = attributes.size ?? 0n;
    const stored = { locations, size, prefer: command.prefer };
    return {
      image: attributes,
      size,
      open: (range) => this.copies.open(image, { ...stored, range }),
      elsewhere: () => this.copies.elsewhere(image, stored),
    };
  }
}
