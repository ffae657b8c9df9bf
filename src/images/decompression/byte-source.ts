import { DamagedCompression } from '../domain/image-import.errors.js';

/** Bytes that are asked for in numbers, or as they come; what was too much can be given back. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** Exactly so many. @throws DamagedCompression when there are fewer */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const chunk = await this.next(missing);
      if (chunk === null) throw new DamagedCompression('It ends too early.');
      parts.push(chunk);
      missing -= chunk.length;
    }
    return Buffer.concat(parts);
  }

  /** Some bytes, at most so many. @returns null at the end */
  async next(limit = Infinity): Promise<Buffer | null> {
    while (this.rest.length === 0) {
      const result = await this.iterator.next();
      if (result.done === true) return null;
      this.rest = Buffer.from(result.value);
    }
    const chunk = this.rest.subarray(0, limit);
    this.rest = this.rest.subarray(chunk.length);
    return chunk;
  }

  giveBack(bytes: Buffer): void {
    this.rest = Buffer.concat([bytes, this.rest]);
  }
}
