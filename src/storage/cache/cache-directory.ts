import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheableData } from '../../images/application/ports/image-cache.js';
import { isNoSuchFile } from '../filesystem/filesystem-errors.js';

const HASH_CHARACTERS = 32;
const NAME = /^([0-9a-f-]{36})\.([0-9a-f]{32})\.[0-9a-f]{16,32}$/;
const PARTS = ['images', 'partial', 'hits', 'queue'] as const;

export type CachePart = (typeof PARTS)[number];

export interface CacheFile {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** `<image id>.<md5>.<beginning of the other hash>`: other bytes of the same image have another name. */
export const cacheName = ({ imageId, checksum, hashValue }: CacheableData): string =>
  `${imageId}.${checksum}.${hashValue.slice(0, HASH_CHARACTERS)}`;

/** @returns null for a file that is none of ours */
export function parseCacheName(
  name: string,
): { readonly imageId: string; readonly checksum: string } | null {
  const [, imageId, checksum] = NAME.exec(name) ?? [];
  return imageId === undefined || checksum === undefined ? null : { imageId, checksum };
}

/**
 * The files of a cache. `images` has the copies, `partial` those in the making, each with a random end to its name.
 * `hits` has a file for each copy that was read, one byte for each time; its time is that of the last. Appending
 * a byte is safe between processes. `queue` has an empty file for each image that is to be cached.
 */
export class CacheDirectory {
  constructor(private readonly root: string) {}

  path(part: CachePart, name: string): string {
    return join(this.root, part, name);
  }

  newPartial(name: string): string {
    return this.path('partial', `${name}.${randomBytes(8).toString('hex')}`);
  }

  async create(): Promise<void> {
    for (const part of PARTS) {
      await mkdir(join(this.root, part), { recursive: true, mode: 0o700 });
    }
  }

  /** In no order. A part that does not exist is empty; files may go while they are counted. */
  async files(part: CachePart): Promise<readonly CacheFile[]> {
    const names = await readdir(join(this.root, part)).catch(emptyIfAbsent);
    const found = await Promise.all(names.map((name) => this.file(part, name)));
    return found.filter((file) => file !== null);
  }

  async file(part: CachePart, name: string): Promise<CacheFile | null> {
    try {
      const { size, mtime } = await stat(this.path(part, name));
      return { name, bytes: size, modifiedAt: mtime };
    } catch (error) {
      if (isNoSuchFile(error)) return null;
      throw error;
    }
  }

  /** Idempotent. */
  async remove(part: CachePart, name: string): Promise<void> {
    await rm(this.path(part, name), { force: true });
  }

  /** A copy with what is known of it. */
  async forget(name: string): Promise<void> {
    await this.remove('images', name);
    await this.remove('hits', name);
  }
}

function emptyIfAbsent(error: unknown): string[] {
  if (isNoSuchFile(error)) return [];
  throw error;
}
