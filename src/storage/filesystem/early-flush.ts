import type { FileHandle } from 'node:fs/promises';

/** So much is written before a flush is worth its while. */
const FLUSH_BYTES = 64 * 1024 * 1024;

/** A flush keeps one of the few threads that all files share: one of all uploads has one at a time. */
let isAnyUnderway = false;

/**
 * Lets the disk write a large file while the rest of it still comes, so that the flush at its end, which somebody waits
 * for, has little left to do.
 */
export class EarlyFlush {
  private unflushedBytes = 0;
  private underway: Promise<void> = Promise.resolve();
  /** The kernel tells of bytes that it could not write once, and forgets them. */
  private failure: { readonly reason: unknown } | null = null;

  constructor(private readonly file: FileHandle) {}

  /** To be told of bytes that are being written. */
  written(bytes: number): void {
    this.unflushedBytes += bytes;
    if (this.unflushedBytes < FLUSH_BYTES || isAnyUnderway) return;
    this.unflushedBytes = 0;
    isAnyUnderway = true;
    this.underway = this.flush();
  }

  /** Resolves when no flush is under way: the file may be flushed to its end, or closed, then. */
  async ended(): Promise<void> {
    await this.underway;
  }

  /** @throws what a flush failed with */
  requireFlushed(): void {
    if (this.failure !== null) throw this.failure.reason;
  }

  private async flush(): Promise<void> {
    try {
      await this.file.datasync();
    } catch (reason) {
      this.failure = { reason };
    } finally {
      isAnyUnderway = false;
    }
  }
}
