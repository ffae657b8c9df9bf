import type { Readable } from 'node:stream';

/** A part of the data. Both numbers are bytes; the length is at least 1. */
export interface DataRange {
  readonly offset: bigint;
  readonly length: bigint;
}

export interface WriteOptions {
  /** Ends the write: it cleans up and rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Bytes that are said to come. A hint (part sizes, early refusal of a full store), never trusted. */
  readonly expectedSize?: bigint;
}

export interface WrittenData {
  readonly bytes: bigint;
  /** Where the data is, as a URL without credentials, such as `file:///var/lib/catalog/images/<key>`. */
  readonly location: string;
}

export interface DataFacts {
  readonly bytes: bigint;
  readonly modifiedAt: Date;
}

export interface ListedData extends DataFacts {
  readonly key: string;
  /**
   * False for what a write has not finished, be it running or killed; only its owner's lease can tell which.
   * `bytes` may be 0 then, and `modifiedAt` the time when it began.
   */
  readonly isComplete: boolean;
}

/**
 * Port: a place that image data can be read from. Keys are opaque to callers.
 *
 * Whatever the driver, failures are `DomainError`s: {@link ImageDataMissing} when the key has no data,
 * `Unavailable` when the place cannot be reached or fails. They carry the original as `cause`.
 * Implementations are safe to share: any number of calls may run at once.
 */
export abstract class ImageDataSource {
  /**
   * Opens the data, or the range of it. Resolves only when the first byte can be delivered, so a missing key
   * rejects here and not in mid-stream; a range that does not lie within the data rejects as missing data.
   * The stream delivers exactly the bytes asked for or errors, never a short or altered answer that looks
   * complete. The caller owns it and must consume or destroy it; destroying releases everything at once.
   */
  abstract read(key: string, range?: DataRange): Promise<Readable>;

  /** @returns null when the key has no complete data */
  abstract stat(key: string): Promise<DataFacts | null>;
}

/**
 * Port: a store of image data, written once per key and never changed.
 * Keys are made by `newImageDataKey()`; a key that is not of that form rejects (S-53).
 */
export abstract class ImageDataStore extends ImageDataSource {
  /**
   * Stores everything that the source yields. When it resolves, the data is durable (it survives a power cut)
   * and visible under the key as a whole; until then, and for ever if it rejects, the key has no data.
   * Memory is constant: the source is pulled no faster than the store takes bytes, and chunks are not kept. A chunk is
   * the store's from when it is yielded: the store may give its memory back, so nobody else looks at it again (ADR 82).
   *
   * The store consumes the source and closes it (`return()` or `destroy()`) when it gives up before the end; a
   * request that is still to be answered goes in as `request.iterator({ destroyOnReturn: false })`. A
   * failure of the source rejects with the source's own error, an abort with the signal's reason; both leave
   * nothing behind that a running process could have removed. What a killed process leaves is found by
   * {@link list} as incomplete and removed by {@link delete}.
   *
   * @throws StoreFull, ImageDataExists, ImageDataDiscarded, Unavailable
   */
  abstract write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<WrittenData>;

  /**
   * Removes the data and every unfinished write of the key; a write that runs meanwhile rejects and stores
   * nothing. Idempotent: a key without data is fine. Streams that are open may go on or fail, never lie.
   */
  abstract delete(key: string): Promise<void>;

  /**
   * Everything that the store keeps for us, complete or not, in no order and fetched page by page; for the
   * janitor. Foreign things in the same place are passed over.
   */
  abstract list(): AsyncIterable<ListedData>;
}

export function isWritable(source: ImageDataSource): source is ImageDataStore {
  return source instanceof ImageDataStore;
}

/** Ability of stores that can hand out a short-lived URL which reads the data without us. */
export interface Presigning {
  /** @param lifetimeSeconds 1 to 60 (S-18) @returns a URL that answers GET, also with `Range` */
  presign(key: string, lifetimeSeconds: number): Promise<string>;
}

export function canPresign(source: ImageDataSource): source is ImageDataSource & Presigning {
  return 'presign' in source;
}
