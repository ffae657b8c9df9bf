import { Inject, Injectable, Logger } from '@nestjs/common';
import { ImageDataRepository, type DataPlace } from './ports/image-data.repository.js';
import { isWritable } from './ports/image-data-store.js';
import { ImageDataStores } from './ports/image-data-stores.js';

const BATCH = 20;

/** Removes data that no record names from its store. What fails stays queued for a later time. */
@Injectable()
export class RemoveImageData {
  private readonly logger = new Logger(RemoveImageData.name);

  constructor(
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
  ) {}

  /** Works on what is due now, of any upload or image; several replicas share it. @returns how many were removed */
  async execute(): Promise<number> {
    let removed = 0;
    for (;;) {
      const due = await this.repository.claimRemovals(BATCH);
      const results = await Promise.all(due.map((place) => this.remove(place)));
      removed += results.filter(Boolean).length;
      if (due.length < BATCH) return removed;
    }
  }

  /** One of the queued ones, now. @returns false when it failed and stays queued */
  async remove({ storeId, key }: DataPlace): Promise<boolean> {
    try {
      // Data that others keep for us is not ours to remove.
      const isOthers = this.stores.all.some(({ id, data }) => id === storeId && !isWritable(data));
      if (!isOthers) await this.stores.holding(storeId).delete(key);
      await this.repository.confirmRemoval({ storeId, key });
      return true;
    } catch (error) {
      this.logger.warn({ message: 'Could not remove image data.', storeId, key, err: error });
      return false;
    }
  }
}
