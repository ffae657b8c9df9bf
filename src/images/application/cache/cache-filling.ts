import { ImportedDataAltered } from '../../domain/image-import.errors.js';
import type { DataHash } from '../ports/data-hashing.js';
import type { CacheableData, CacheEntry } from '../ports/image-cache.js';

/**
 * Fills one copy with data that passes by, and keeps it if it is whole and what the record says. Nothing that goes
 * wrong here reaches those for whom the data is on its way.
 */
export class CacheFilling {
  private missing: bigint;
  private ending: Promise<void> | null = null;

  constructor(
    private readonly data: CacheableData,
    private readonly entry: CacheEntry,
    private readonly hash: DataHash,
    private readonly report: (error: unknown) => void,
  ) {
    this.missing = data.size;
  }

  /** Resolves when the copy is kept or given up. */
  get ended(): Promise<void> {
    return this.ending ?? Promise.resolve();
  }

  /** The data as it comes; whoever stops reading it before its end ends the copy as well. */
  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        await this.take(chunk);
        yield chunk;
      }
    } finally {
      this.giveUp();
    }
  }

  /** Unless the last byte has come. */
  giveUp(): void {
    this.ending ??= this.discard();
  }

  private async take(chunk: Uint8Array): Promise<void> {
    if (this.ending !== null) return;
    try {
      this.missing -= BigInt(chunk.byteLength);
      if (this.missing < 0n) throw new ImportedDataAltered();
      await this.hash.update(chunk);
      await this.entry.write(chunk);
      // Not awaited: the last chunk need not wait until it is durable here.
      if (this.missing === 0n) this.ending ??= this.finish();
    } catch (error) {
      // Given up meanwhile: no wonder.
      if (this.ending === null) this.report(error);
      this.giveUp();
    }
  }

  private async finish(): Promise<void> {
    try {
      const digests = await this.hash.digests();
      const { hashAlgorithm, hashValue, checksum } = this.data;
      const isWhole = digests.get(hashAlgorithm) === hashValue && digests.get('md5') === checksum;
      if (!isWhole) throw new ImportedDataAltered();
      await this.entry.keep();
    } catch (error) {
      this.report(error);
      await this.entry.discard();
    } finally {
      this.hash.discard();
    }
  }

  private async discard(): Promise<void> {
    this.hash.discard();
    await this.entry.discard();
  }
}
