import type { TenantId } from '../../../kernel/principal.js';

/** Port: the images of one tenant as a whole, for its removal. Every call is one transaction of bounded size. */
export abstract class TenantImagesRepository {
  /** Images that are live or can be restored, and the bytes of their data. */
  abstract countImages(tenantId: TenantId): Promise<{ count: number; bytes: number }>;

  /** Images of others that are shared with the tenant. */
  abstract countShares(tenantId: TenantId): Promise<number>;

  /**
   * Erases images of the tenant as a purge does, live and protected ones too, and queues their data for removal.
   * One that is receiving data is deleted, which ends the upload, and erased by a later call.
   * @returns how many were deleted or erased; 0 when none is left that is not receiving data
   */
  abstract eraseImages(tenantId: TenantId, batch: number): Promise<number>;

  /** @returns how many shares were ended */
  abstract endShares(tenantId: TenantId, batch: number): Promise<number>;
}
