import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { Unavailable } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { ImageDataMissing } from '../domain/image-data.errors.js';
import type { ImageAttributes } from '../domain/image.js';
import { ImageDataRepository, type ImageLocation } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import type { DataRange } from './ports/image-data-store.js';
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
}

/** Finds the data of an image and the store to read it from. */
@Injectable()
export class DownloadImageData {
  constructor(
    @Inject(VisibleImages) private readonly visible: VisibleImages,
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
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
    return {
      image: attributes,
      size,
      open: (range) => this.open(this.inOrder(locations, command.prefer), range ?? whole(size)),
    };
  }

  /** The preferred stores, then the others by weight. */
  private inOrder(locations: readonly ImageLocation[], prefer: readonly string[]) {
    const rank = ({ storeId }: ImageLocation): number => {
      const position = prefer.indexOf(storeId);
      return position < 0 ? prefer.length : position;
    };
    const weight = ({ storeId }: ImageLocation): number =>
      this.stores.all.find(({ id }) => id === storeId)?.weight ?? 0;
    return [...locations].sort((a, b) => rank(a) - rank(b) || weight(b) - weight(a));
  }

  /** The first copy that can be had. One that may be there tomorrow makes the failure a temporary one. */
  private async open(
    locations: readonly ImageLocation[],
    range: DataRange | undefined,
  ): Promise<Readable> {
    let failure: Error = new ImageDataMissing();
    for (const { storeId, key } of locations) {
      try {
        return await this.stores.find(storeId).data.read(key, range);
      } catch (error) {
        if (!(failure instanceof Unavailable)) failure = asUnreadable(error);
      }
    }
    throw failure;
  }
}

/** Asking for all bytes by number makes a store refuse data that has become shorter. */
const whole = (size: bigint): DataRange | undefined =>
  size === 0n ? undefined : { offset: 0n, length: size };

/** A store that the configuration does not name any more is one that cannot be asked. */
function asUnreadable(error: unknown): Error {
  if (error instanceof ImageDataMissing || error instanceof Unavailable) return error;
  return new Unavailable('The image store is not available.', { cause: error });
}
