import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CacheEntry } from '../../images/application/ports/image-cache.js';
import { flushDirectory } from '../filesystem/durable-directory.js';

/** A file that fills up under a name of its own, and gets its final one when it is whole and durable. */
export class PartialCopy implements CacheEntry {
  private isOpen = true;

  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly target: string,
    private readonly hasEnded: () => void,
  ) {}

  /** @param hasEnded is told when it is kept or discarded, perhaps more than once */
  static async create(
    { path, target }: { readonly path: string; readonly target: string },
    hasEnded: () => void,
  ): Promise<PartialCopy> {
    return new PartialCopy(await open(path, 'wx', 0o600), path, target, hasEnded);
  }

  /** Gives the file its final length, which all processes count, without taking that room yet. */
  async announce(bytes: number): Promise<void> {
    await this.file.truncate(bytes);
  }

  async write(chunk: Uint8Array): Promise<void> {
    let written = 0;
    while (written < chunk.byteLength) {
      const { bytesWritten } = await this.file.write(chunk, written);
      written += bytesWritten;
    }
  }

  async keep(): Promise<void> {
    await this.file.sync();
    await this.close();
    // Fails if somebody took the file for what a killed process has left.
    await rename(this.path, this.target);
    await flushDirectory(dirname(this.target));
    this.hasEnded();
  }

  async discard(): Promise<void> {
    await this.close().catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
    this.hasEnded();
  }

  private async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.file.close();
  }
}
