import type { Page } from '../../../kernel/page.js';
import type { TenantId } from '../../../kernel/principal.js';
import type { Image } from '../../domain/image.js';

export interface DeletedImage {
  readonly image: Image;
  readonly deletedAt: Date;
}

/** Port: images that were deleted and not yet purged. For the Image API they do not exist. */
export abstract class DeletedImageRepository {
  abstract find(id: string): Promise<DeletedImage | null>;

  /** Latest deletions first. `after` is the last one of the page before. */
  abstract list(options: {
    readonly owner: TenantId | null;
    readonly limit: number;
    readonly after: DeletedImage | null;
  }): Promise<Page<DeletedImage>>;

  /** Puts the image back as it was, members included. @returns false when it is not there (any more) */
  abstract restore(id: string): Promise<boolean>;

  /**
   * Erases everything but the ids of images deleted longer ago than the retention, at most `batch` of them, and
   * queues their data for removal. An image whose upload has not ended yet waits for the next time.
   * Safe to call on several replicas at once. @returns how many were erased
   */
  abstract purge(retentionSeconds: number, batch: number): Promise<number>;
}
