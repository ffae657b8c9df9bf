import type { CacheDirectory, CacheFile } from './cache-directory.js';

/** Keeps the copies under a number of bytes. */
export class CacheRoom {
  constructor(
    private readonly directory: CacheDirectory,
    private readonly maxBytes: number,
  ) {}

  holds(bytes: number): boolean {
    return bytes <= this.maxBytes;
  }

  /**
   * Removes copies, those that were not used for longest first, until everything fits. What is in the making
   * counts with its final length, which its file has from the beginning, whichever process makes it.
   * @returns whether it fits now
   */
  async make(): Promise<{
    readonly fits: boolean;
    readonly files: number;
    readonly bytes: number;
  }> {
    const copies = await this.byLastUse();
    const unfinished = await this.directory.files('partial');
    let total = [...copies, ...unfinished].reduce((sum, file) => sum + file.bytes, 0);
    let files = 0;
    let bytes = 0;
    for (const copy of copies) {
      if (total <= this.maxBytes) break;
      await this.directory.forget(copy.name);
      total -= copy.bytes;
      files += 1;
      bytes += copy.bytes;
    }
    return { fits: total <= this.maxBytes, files, bytes };
  }

  private async byLastUse(): Promise<readonly CacheFile[]> {
    const copies = await this.directory.files('images');
    const reads = new Map<string, Date>();
    for (const { name, modifiedAt } of await this.directory.files('hits')) {
      reads.set(name, modifiedAt);
    }
    const lastUse = ({ name, modifiedAt }: CacheFile): number =>
      Number(reads.get(name) ?? modifiedAt);
    return copies.toSorted((a, b) => lastUse(a) - lastUse(b));
  }
}
