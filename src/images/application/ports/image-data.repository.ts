import type { Image } from '../../domain/image.js';
import type { NewTask } from '../../domain/image-task.js';

/** Where one copy of an image's data is. */
export interface DataPlace {
  readonly storeId: string;
  readonly key: string;
}

export interface ImageLocation extends DataPlace {
  readonly imageId: string;
  /** Without credentials, as the store named it. */
  readonly url: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The right to bring data to one image, held by one running upload. */
export interface UploadLease extends DataPlace {
  readonly imageId: string;
  readonly uploadId: string;
  /** `saving` makes the image active, `staging` keeps the bytes for a later import. */
  readonly kind: 'saving' | 'staging';
}

export interface UploadRequest extends UploadLease {
  /** Set aside in the quota of the tenant; 0 when unknown. */
  readonly reservedBytes: bigint;
}

/** What a tenant may have unless it has quotas of its own; negative is unlimited. */
export interface DataQuotas {
  readonly bytes: number;
  readonly stagedBytes: number;
  readonly uploads: number;
}

/** A change of where the data of an image is, and of the record with it. */
export interface LocationsUpdate {
  readonly before: Image;
  readonly after: Image;
  /** All of them, in their order. */
  readonly locations: readonly ImageLocation[];
  /** What the tenant must have room for now; null: nothing more than before. */
  readonly newBytes: bigint | null;
  /** Data to queue for removal. */
  readonly removals: readonly DataPlace[];
  /** Work on the image that begins with it. */
  readonly task: NewTask | null;
}

/** Established over the bytes that were stored. */
export interface DataFindings {
  readonly size: bigint;
  readonly virtualSize: bigint | null;
  /** MD5, hexadecimal. */
  readonly checksum: string;
  readonly hashAlgorithm: string;
  readonly hashValue: string;
}

export type LeaseState = 'held' | 'image-deleted' | 'lost';

/**
 * Port: which data images have, who is bringing some, and what is to be removed. Transitions compare and set
 * the status and the lease, not the version, so that metadata may change while bytes move; each is one
 * transaction and bumps the version. Time is the database's.
 */
export abstract class ImageDataRepository {
  /**
   * queued → saving, or uploading for what is staged, with a lease.
   * @returns how many bytes the tenant's quota leaves for it; null is unlimited
   * @throws UploadConflict in any other status; ImageBytesExceeded, StagedBytesExceeded, UploadCountExceeded
   */
  abstract beginUpload(request: UploadRequest, quotas: DataQuotas): Promise<bigint | null>;

  /** Keeps the lease from expiring. */
  abstract renewUpload(lease: UploadLease): Promise<LeaseState>;

  /**
   * saving → active; the image has the data from now on and the lease ends. What was staged leaves the image
   * uploading, with its size.
   * @throws ImageDeletedMeanwhile, UploadLeaseLost
   * @throws ImageBytesExceeded, StagedBytesExceeded, exact against parallel uploads
   */
  abstract completeUpload(
    lease: UploadLease,
    data: { readonly findings: DataFindings; readonly url: string },
    quotas: DataQuotas,
  ): Promise<void>;

  /**
   * Back to queued without sizes, for a deleted image too; its bytes are queued for removal.
   * @returns false when the lease is not held any more, perhaps because the upload was completed
   */
  abstract abandonUpload(lease: Pick<UploadLease, 'imageId' | 'uploadId'>): Promise<boolean>;

  /** Abandons what nobody renewed for so long. Safe on several replicas. @returns the images */
  abstract abandonExpiredUploads(leaseSeconds: number): Promise<readonly string[]>;

  /**
   * Ends the wait of what was staged so long ago: the images are queued, the bytes queued for removal.
   * Safe on several replicas. @returns the images
   */
  abstract expireStagedData(retentionSeconds: number): Promise<readonly string[]>;

  /** Of an image's own data, in the order of their addition. */
  abstract locations(imageId: string): Promise<readonly ImageLocation[]>;

  /** Of several images at once. */
  abstract locationsOf(imageIds: readonly string[]): Promise<readonly ImageLocation[]>;

  /**
   * Takes one copy of an active image away and queues it for removal.
   * @throws LastLocation when there is no other; UploadConflict when the image is not active
   * @returns false when the image has no copy in that store
   */
  abstract removeLocation(imageId: string, storeId: string): Promise<boolean>;

  /**
   * Writes the record and its locations and queues the task, if nobody wrote the record meanwhile.
   * @returns false when somebody did
   * @throws ImageBytesExceeded when the image has data now that its tenant has no room for; UploadCountExceeded
   */
  abstract replaceLocations(update: LocationsUpdate, quotas: DataQuotas): Promise<boolean>;

  /** Claims what is due for removal, each for one caller; unless confirmed it is due again later. */
  abstract claimRemovals(batch: number): Promise<readonly DataPlace[]>;

  abstract confirmRemoval(place: DataPlace): Promise<void>;

  /** Of these keys of a store, those that a record, an upload or a queued removal names. */
  abstract knownKeys(storeId: string, keys: readonly string[]): Promise<ReadonlySet<string>>;

  /** Queues keys for removal that nothing names and whose image is one of this catalog's. @returns those */
  abstract queueOrphans(storeId: string, keys: readonly string[]): Promise<readonly string[]>;

  /** Locations of images that are live or can be restored, a page after the given one. */
  abstract pageOfLocations(
    after: ImageLocation | null,
    limit: number,
  ): Promise<readonly (ImageLocation & { readonly size: bigint | null })[]>;
}
