import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { Unavailable } from '../../kernel/errors.js';
import { ImageDataMissing } from '../domain/image-data.errors.js';
import type { Image } from '../domain/image.js';
import { ImageDataRepository, type DataPlace } from './ports/image-data.repository.js';
import type { DataRange } from './ports/image-data-store.js';
import { ImageDataStores } from './ports/image-data-stores.js';

export interface StoredData {
  readonly locations: readonly DataPlace[];
  readonly size: bigint;
  /** Stores to try first. */
  readonly prefer: readonly string[];
  /** Null: all of it. */
  readonly range: DataRange | null;
}

/** Reads data of which there may be several copies. */
@Injectable()
export class StoredCopies {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
  ) {}

  /** All data of an image. @throws like {@link open} */
  async openAll({ attributes }: Image): Promise<Readable> {
    const locations = await this.repository.locations(attributes.id);
    return this.open({ locations, size: attributes.size ?? 0n, prefer: [], range: null });
  }

  /**
   * The first copy that can be had. One that may be there tomorrow makes the failure a temporary one. The caller
   * owns the stream.
   * @throws ImageDataMissing, or Unavailable when a store that should have it cannot be asked
   */
  async open({ locations, size, prefer, range }: StoredData): Promise<Readable> {
    let failure: Error = new ImageDataMissing();
    for (const { storeId, key } of this.inOrder(locations, prefer)) {
      try {
        return await this.stores.find(storeId).data.read(key, range ?? whole(size));
      } catch (error) {
        if (!(failure instanceof Unavailable)) failure = asUnreadable(error);
      }
    }
    throw failure;
  }

  /** The preferred stores, then the others by weight. */
  inOrder(locations: readonly DataPlace[], prefer: readonly string[]): DataPlace[] {
    const rank = ({ storeId }: DataPlace): number => {
      const position = prefer.indexOf(storeId);
      return position < 0 ? prefer.length : position;
    };
    const weight = ({ storeId }: DataPlace): number =>
      this.stores.all.find(({ id }) => id === storeId)?.weight ?? 0;
    return [...locations].sort((a, b) => rank(a) - rank(b) || weight(b) - weight(a));
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
