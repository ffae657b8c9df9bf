import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/errors.js';
import type { DataPlace } from './ports/image-data.repository.js';
import { canPresign } from './ports/image-data-store.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { StoredCopies, type StoredData } from './stored-copies.js';

/** As long as a URL may outlive a right that was withdrawn (S-18). */
const LIFETIME_SECONDS = 60;

/** URLs at which a store itself hands out a copy, to whoever has the URL. Callers have checked who that is. */
@Injectable()
export class PresignedCopies {
  constructor(
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(StoredCopies) private readonly copies: StoredCopies,
  ) {}

  /**
   * Of the first copy that is there, if its store can make one. The store has been asked for the size, since
   * nobody else notices when the data is missing or another.
   * @returns null when the service has to deliver the data, or to say why there is none
   */
  async urlOf({ locations, size, prefer }: Omit<StoredData, 'range'>): Promise<string | null> {
    for (const place of this.copies.inOrder(locations, prefer)) {
      const found = await this.look(place, size);
      if (found !== null) return found.url;
    }
    return null;
  }

  /** @returns null when the copy is not there, or cannot be asked for; without a URL when it has to be read */
  private async look(
    { storeId, key }: DataPlace,
    size: bigint,
  ): Promise<{ readonly url: string | null } | null> {
    try {
      const { data } = this.stores.find(storeId);
      if (!canPresign(data)) return { url: null };
      const facts = await data.stat(key);
      return facts?.bytes === size ? { url: await data.presign(key, LIFETIME_SECONDS) } : null;
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }
}
