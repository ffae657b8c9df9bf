import { open, opendir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { isImageDataKey } from '../../images/application/image-data-key.js';
import {
  ImageDataStore,
  type DataFacts,
  type DataRange,
  type ListedData,
  type WriteOptions,
  type WrittenData,
} from '../../images/application/ports/image-data-store.js';
import {
  ImageDataExists,
  ImageDataMissing,
  StoreFull,
} from '../../images/domain/image-data.errors.js';
import { FileStream } from '../../platform/files/file-stream.js';
import { requireDataKey } from '../data-key.js';
import { GuardedSource } from '../guarded-source.js';
import { writeBatched } from './batched-file-writer.js';
import { createDirectory, flushDirectory } from './durable-directory.js';
import { isNoSuchFile, readFailure, writeFailure } from './filesystem-errors.js';

const PARTIAL = /^\.(.+)\.partial$/;

/**
 * One directory with one file per key. Bytes are written to `.<key>.partial`, flushed, then renamed, and the
 * directory is flushed, so a file under its final name is whole and durable. The directory may be shared by
 * several processes and by replicas on a network file system with atomic exclusive creation.
 */
export class FilesystemStore extends ImageDataStore {
  private readonly root: string;

  /** @param directory is created, with its parents, when the first data arrives */
  constructor(directory: string) {
    super();
    this.root = resolve(directory);
  }

  async write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<WrittenData> {
    requireDataKey(key);
    const guarded = new GuardedSource(source, options.signal);
    const partial = this.partialFile(key);
    let file: FileHandle | null = null;
    try {
      file = await this.create(partial);
      await this.requireRoom(key, options.expectedSize ?? 0n);
      await writeBatched(file, guarded);
      await file.sync();
      await file.close();
      await this.publish(key);
      return { bytes: guarded.bytes, location: pathToFileURL(this.file(key)).href };
    } catch (error) {
      guarded.close();
      if (file !== null) await this.abandon(file, partial);
      throw guarded.blame(writeFailure(error));
    }
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    requireDataKey(key);
    try {
      const file = await open(this.file(key), 'r');
      try {
        return new FileStream(file, await boundsWithin(file, range));
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw readFailure(error);
    }
  }

  async stat(key: string): Promise<DataFacts | null> {
    requireDataKey(key);
    try {
      return await factsOf(this.file(key));
    } catch (error) {
      throw readFailure(error);
    }
  }

  async delete(key: string): Promise<void> {
    requireDataKey(key);
    try {
      // In this order a write that is just being finished cannot slip through between the two.
      await rm(this.partialFile(key), { force: true });
      await rm(this.file(key), { force: true });
    } catch (error) {
      throw readFailure(error);
    }
  }

  async *list(): AsyncIterable<ListedData> {
    try {
      for await (const entry of await opendir(this.root)) {
        const partialKey = PARTIAL.exec(entry.name)?.[1];
        const key = partialKey ?? entry.name;
        if (!entry.isFile() || !isImageDataKey(key)) continue;
        const facts = await factsOf(join(this.root, entry.name));
        if (facts !== null) yield { ...facts, key, isComplete: partialKey === undefined };
      }
    } catch (error) {
      if (!isNoSuchFile(error)) throw readFailure(error);
    }
  }

  private file(key: string): string {
    return join(this.root, key);
  }

  /** Not the form of a key, so it never meets one. */
  private partialFile(key: string): string {
    return join(this.root, `.${key}.partial`);
  }

  /** Exclusive creation of the partial file is the lock that keeps a second writer of the key out. */
  private async create(partial: string): Promise<FileHandle> {
    try {
      return await open(partial, 'wx', 0o600);
    } catch (error) {
      if (!isNoSuchFile(error)) throw error;
      await createDirectory(this.root);
      return open(partial, 'wx', 0o600);
    }
  }

  private async requireRoom(key: string, expectedSize: bigint): Promise<void> {
    if ((await factsOf(this.file(key))) !== null) throw new ImageDataExists();
    if (expectedSize === 0n) return;
    const { bavail, bsize } = await statfs(this.root, { bigint: true });
    if (bavail * bsize < expectedSize) throw new StoreFull();
  }

  private async publish(key: string): Promise<void> {
    await rename(this.partialFile(key), this.file(key));
    try {
      await flushDirectory(this.root);
    } catch (error) {
      await rm(this.file(key), { force: true });
      throw error;
    }
  }

  /** Best effort under an error that matters more; what stays is listed as incomplete. */
  private async abandon(file: FileHandle, partial: string): Promise<void> {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function factsOf(path: string): Promise<DataFacts | null> {
  try {
    const { size, mtime } = await stat(path, { bigint: true });
    return { bytes: size, modifiedAt: mtime };
  } catch (error) {
    if (isNoSuchFile(error)) return null;
    throw error;
  }
}

async function boundsWithin(file: FileHandle, range?: DataRange): Promise<DataRange> {
  const { size } = await file.stat({ bigint: true });
  if (range === undefined) return { offset: 0n, length: size };
  if (range.offset + range.length > size) throw new ImageDataMissing();
  return range;
}
