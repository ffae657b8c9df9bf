import { createHash, type Hash } from 'node:crypto';
import { ImageBytesExceeded, ImageTooLarge, SizeMismatch } from '../domain/image-data.errors.js';
import type { DataFindings } from './ports/image-data.repository.js';

export interface DataBounds {
  /** Of the deployment; more is refused as it arrives (S-64). */
  readonly capBytes: bigint;
  /** What the tenant's quota leaves; null is unlimited. */
  readonly quotaBytes: bigint | null;
  /** What the client declared; other lengths are refused. Null when it did not. */
  readonly declaredBytes: bigint | null;
}

/** Image data on its way to a store: counted, bounded and hashed in one pass, chunk by chunk. */
export class ReceivedData implements AsyncIterable<Uint8Array> {
  private size = 0n;
  private readonly md5: Hash = createHash('md5');
  private readonly hash: Hash;

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    private readonly bounds: DataBounds,
    private readonly hashAlgorithm: string,
  ) {
    this.hash = createHash(hashAlgorithm);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.chunks) {
      this.size += BigInt(chunk.byteLength);
      this.requireWithinBounds();
      this.md5.update(chunk);
      this.hash.update(chunk);
      yield chunk;
    }
    const { declaredBytes } = this.bounds;
    if (declaredBytes !== null && this.size !== declaredBytes) {
      throw new SizeMismatch(declaredBytes);
    }
  }

  /** Call once, after everything has passed. */
  findings(): Omit<DataFindings, 'virtualSize'> {
    return {
      size: this.size,
      checksum: this.md5.digest('hex'),
      hashAlgorithm: this.hashAlgorithm,
      hashValue: this.hash.digest('hex'),
    };
  }

  private requireWithinBounds(): void {
    const { capBytes, quotaBytes, declaredBytes } = this.bounds;
    if (this.size > capBytes) throw new ImageTooLarge(capBytes);
    if (quotaBytes !== null && this.size > quotaBytes) throw new ImageBytesExceeded();
    if (declaredBytes !== null && this.size > declaredBytes) throw new SizeMismatch(declaredBytes);
  }
}
