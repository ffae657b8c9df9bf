import type { ImportPlan, NewTask } from '../../domain/image-task.js';
import type { RemoteImage } from '../../domain/remote-image.js';
import type { DataFindings, DataPlace, DataQuotas } from './image-data.repository.js';
import type { TaskLease, TaskProgress } from './task-queue.js';

export type NewImport = NewTask & {
  readonly type: 'import' | 'api_image_import';
  readonly plan: ImportPlan;
};

export interface StagedData extends DataPlace {
  readonly size: bigint;
  /** MD5, hexadecimal. */
  readonly checksum: string;
}

/** A copy that is stored and not yet the image's. */
export interface NewCopy extends DataPlace {
  readonly url: string;
}

export interface ImportOutcome {
  readonly progress: TaskProgress;
  /** At least one. */
  readonly copies: readonly NewCopy[];
  readonly failedStoreIds: readonly string[];
  /** Null when an image that has data got further copies of it. */
  readonly findings: DataFindings | null;
  /** What the data was inspected for. */
  readonly formats: {
    readonly diskFormat: string | null;
    readonly containerFormat: string | null;
  };
  /** Formats and properties that the image gets with the data; null: it keeps its own. */
  readonly takenOver: RemoteImage | null;
}

export interface ImportFailure {
  /** A public sentence. */
  readonly reason: string;
  /** For everybody to see on the image; of none, nothing is shown. */
  readonly failedStoreIds: readonly string[];
  readonly progress: TaskProgress;
}

/**
 * Port: imports as they change an image and their task, each step one transaction. A step under a lease that is
 * not held any more changes nothing.
 */
export abstract class ImageImportRepository {
  /**
   * Queues the task, takes the import lock and, unless copies are made, sets the image importing.
   * @throws ImageNotFound, ImportConflict, ImportLocked; ImageBytesExceeded, UploadCountExceeded
   */
  abstract begin(request: NewImport, quotas: DataQuotas): Promise<void>;

  /** In their order: one for what was staged at once, several if it came in parts, none if there is nothing. */
  abstract stagedData(imageId: string): Promise<readonly StagedData[]>;

  /** How many bytes the quota of the image's tenant leaves for it; null is unlimited. */
  abstract roomFor(imageId: string, quotas: DataQuotas): Promise<bigint | null>;

  /** Notes where data is about to be written, so that nothing is left there. @throws TaskLeaseLost */
  abstract openPlace(lease: TaskLease, place: DataPlace): Promise<void>;

  /** Says on the image that the store is done with. */
  abstract noteStoreDone(lease: TaskLease, storeId: string): Promise<void>;

  /**
   * The copies are the image's from now on, which is active; staged data and other places are queued for removal.
   * Copies that were written have been noted as open places, those that lie elsewhere have not.
   * @throws TaskLeaseLost, ImageDeletedMeanwhile, FormatsChangedMeanwhile
   * @throws ImageBytesExceeded, exact against parallel uploads
   */
  abstract complete(lease: TaskLease, outcome: ImportOutcome, quotas: DataQuotas): Promise<void>;

  /**
   * The image is queued again, or as it was when copies were to be made; everything that was staged or brought is
   * queued for removal.
   * @returns false when the lease is not held any more
   */
  abstract fail(lease: TaskLease, failure: ImportFailure): Promise<boolean>;

  /**
   * Queues images that are in motion although nobody moves them, such as loaded ones.
   * @returns their ids
   */
  abstract queueForsaken(): Promise<readonly string[]>;
}
