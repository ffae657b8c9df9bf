import type { DataPlace, DataQuotas, LeaseState } from './image-data.repository.js';
import type { NewImport } from './image-import.repository.js';

/** An upload that can be continued. Its id becomes the one of the task that imports what it brought. */
export interface ResumableUploadId {
  readonly imageId: string;
  readonly uploadId: string;
}

export interface NewResumableUpload extends ResumableUploadId {
  /** How many will have been sent at the end; at least 1. */
  readonly bytes: bigint;
  /** In the staging area, for its first part. */
  readonly place: DataPlace;
  /** Where the data is to go in the end, at least one. */
  readonly targetStoreIds: readonly string[];
}

export interface ResumableUploadState {
  /** Bytes that are stored: where to go on. */
  readonly offset: bigint;
  readonly bytes: bigint;
  readonly targetStoreIds: readonly string[];
  /** When it is given up unless something comes; null for one that has come to its end. */
  readonly expiresAt: Date | null;
}

/** The right of one request to write to an upload. */
export interface WriterLease extends ResumableUploadId {
  readonly writerId: string;
}

export interface StoredPart extends DataPlace {
  readonly start: bigint;
  readonly size: bigint;
  /** MD5, hexadecimal. */
  readonly checksum: string;
}

/**
 * Port: uploads that outlive their requests, each step one transaction. What a part is written to is noted before
 * the first byte, so that nothing is left there. Time is the database's.
 */
export abstract class ResumableUploadRepository {
  /**
   * queued → uploading.
   * @throws ImageNotFound, UploadConflict; ImageBytesExceeded, StagedBytesExceeded, UploadCountExceeded
   */
  abstract begin(request: NewResumableUpload, quotas: DataQuotas): Promise<void>;

  /** Also of one that came to its end, unless its import failed. @param idleSeconds until it expires */
  abstract find(id: ResumableUploadId, idleSeconds: number): Promise<ResumableUploadState | null>;

  /**
   * Makes the request the only writer; one that has not renewed its lease for so long gives way.
   * @throws UploadNotFound, UploadOffsetDiffers, UploadBusy
   */
  abstract claim(lease: WriterLease, offset: bigint, leaseSeconds: number): Promise<void>;

  abstract renew(lease: WriterLease): Promise<LeaseState>;

  /** Notes where the next part is about to be written; an earlier one that was not kept is removed. @throws UploadLeaseLost */
  abstract openPart(lease: WriterLease, place: DataPlace): Promise<void>;

  /** Keeps a part, which is stored. @throws UploadLeaseLost */
  abstract keepPart(lease: WriterLease, part: StoredPart): Promise<void>;

  /**
   * Keeps the last part: the upload ends, the image is importing.
   * @throws UploadLeaseLost, ImageDeletedMeanwhile, FormatsUnsetForImport, or like beginning an import; nothing changes then
   */
  abstract finish(
    lease: WriterLease,
    end: { readonly part: StoredPart; readonly task: NewImport },
    quotas: DataQuotas,
  ): Promise<void>;

  /** Lets others write. Nothing if the lease is not held any more. */
  abstract release(lease: WriterLease): Promise<void>;

  /**
   * Gives up uploads that nothing came to for so long, and those whose image was deleted. Safe on several replicas.
   * @returns the images
   */
  abstract abandonIdle(idleSeconds: number, leaseSeconds: number): Promise<readonly string[]>;
}
