import type { Readable } from 'node:stream';
import type { DataRange } from './image-data-store.js';

/** What identifies the bytes of an image: other bytes under the same image id are other data. */
export interface CacheableData {
  /** A UUID in lower case. */
  readonly imageId: string;
  /** At least 1. */
  readonly size: bigint;
  /** MD5, hexadecimal. */
  readonly checksum: string;
  readonly hashAlgorithm: string;
  /** Hexadecimal. */
  readonly hashValue: string;
}

/** Data that is cached, whole. */
export interface CachedData {
  readonly imageId: string;
  readonly size: bigint;
  readonly checksum: string;
  /** How often it was read. */
  readonly hits: number;
  /** When it was read last, or cached if it never was. */
  readonly accessedAt: Date;
  readonly cachedAt: Date;
}

/** A copy in the making, which nobody sees until it is kept. */
export interface CacheEntry {
  /** One at a time, in order. @throws whatever the disk has against it */
  write(chunk: Uint8Array): Promise<void>;

  /** Makes it durable and visible; the caller has verified that it is whole. */
  keep(): Promise<void>;

  /** Gives it up. Never rejects; idempotent, also after {@link keep}. */
  discard(): Promise<void>;
}

/**
 * Port: copies of image data on a disk of this node. Several processes may share it, and any of them may end at
 * any point. It knows nothing of who may read what: callers decide that first (S-19).
 */
export abstract class ImageCache {
  /** Counts a hit. @returns null when it is not cached, or cannot be read; the caller owns the stream */
  abstract open(data: CacheableData, range: DataRange | null): Promise<Readable | null>;

  abstract has(data: CacheableData): Promise<boolean>;

  /**
   * Sets the room for it aside, for which what was not used for longest goes.
   * @returns `busy` while somebody else makes the same copy, `no-room` when it cannot be had
   */
  abstract begin(data: CacheableData): Promise<CacheEntry | 'busy' | 'no-room'>;

  abstract list(): Promise<readonly CachedData[]>;

  /** Removes every copy of the image but that of `keeping`. @returns whether there was one */
  abstract evict(imageId: string, keeping?: CacheableData): Promise<boolean>;

  /** Removes what killed processes have left. */
  abstract tidy(): Promise<void>;

  /** Brings the copies under the limit, those that were not used for longest first. */
  abstract prune(): Promise<{ readonly files: number; readonly bytes: bigint }>;

  /** Ids of images that wait to be cached, the first of them first. */
  abstract queued(): Promise<readonly string[]>;

  /** Idempotent. Survives a restart. */
  abstract enqueue(imageId: string): Promise<void>;

  /** @returns whether it was queued */
  abstract dequeue(imageId: string): Promise<boolean>;
}
