import type { DomainError } from '../../kernel/errors.js';
import { ImageDataRefused, ImageDataSizeDiffers } from '../domain/image-data.errors.js';
import { FormatInspector } from '../inspection/format-inspector.js';
import { judge, refusalSoFar, type Expectation } from '../inspection/judgement.js';
import { ImageSignatureRefused } from '../domain/image-signature.js';
import type { DataHash, DataHashing, DataSignature } from './ports/data-hashing.js';

/** Headers of every format lie within; after them only the end can change a verdict. */
const HEADERS_END = 8n * 1024n * 1024n;

export interface SizeLimit {
  readonly maxBytes: bigint;
  /** What to throw with the first byte too many. */
  exceeded(): DomainError;
}

export interface MeasureOptions {
  /** Of `os_hash_algo`; MD5 for `checksum` is computed beside it. */
  readonly hashAlgorithm: string;
  /** The smaller of the size cap and what is left of the quota. */
  readonly limit: SizeLimit;
  /** Exactly this many bytes must come; null when nothing was announced. */
  readonly declaredBytes: bigint | null;
  /** Null: the formats are not known yet, so nothing is inspected. */
  readonly expectation: Expectation | null;
  /** Over all bytes; null where there is none to verify. */
  readonly signature: DataSignature | null;
}

export interface Measurements {
  readonly bytes: bigint;
  /** MD5, lower-case hexadecimal. */
  readonly checksum: string;
  readonly hashAlgorithm: string;
  readonly hashValue: string;
  readonly virtualSize: bigint | null;
}

/**
 * Image data on its way into a store, counted, hashed, inspected and verified as it passes, once. A breach of a
 * limit, an unsafe or wrong format, a wrong size and a wrong signature end the iteration with their error, the last ones in place of the
 * ordinary end: a store that consumes it therefore keeps nothing that does not qualify.
 */
export class MeasuredData implements AsyncIterable<Uint8Array> {
  private measurements: Measurements | null = null;

  constructor(
    private readonly source: AsyncIterable<Uint8Array>,
    private readonly hashing: DataHashing,
    private readonly options: MeasureOptions,
  ) {}

  /** @throws Error unless the data was read to its end, and qualified */
  get result(): Measurements {
    if (this.measurements === null) throw new Error('The data has not been read to its end.');
    return this.measurements;
  }

  /** @throws ImageDataRefused, ImageDataSizeDiffers, ImageSignatureRefused, what the limit says, or what the source throws */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { hashAlgorithm, signature } = this.options;
    const hash = this.hashing.start(['md5', hashAlgorithm], signature);
    try {
      const inspector = new FormatInspector();
      let bytes = 0n;
      for await (const chunk of this.source) {
        bytes += BigInt(chunk.byteLength);
        this.requireWithin(bytes);
        this.inspect(inspector, chunk, bytes);
        await hash.update(chunk);
        yield chunk;
      }
      const virtualSize = this.requireQualified(inspector, bytes);
      this.measurements = { bytes, hashAlgorithm, virtualSize, ...(await this.digestsOf(hash)) };
    } finally {
      hash.discard();
    }
  }

  private requireWithin(bytes: bigint): void {
    const { limit, declaredBytes } = this.options;
    if (bytes > limit.maxBytes) throw limit.exceeded();
    if (declaredBytes !== null && bytes > declaredBytes) {
      throw new ImageDataSizeDiffers(declaredBytes);
    }
  }

  private inspect(inspector: FormatInspector, chunk: Uint8Array, bytes: bigint): void {
    const { expectation } = this.options;
    if (expectation === null) return;
    inspector.update(chunk);
    if (bytes - BigInt(chunk.byteLength) > HEADERS_END) return;
    const refusal = refusalSoFar(inspector, expectation);
    if (refusal?.isAccepted === false) throw new ImageDataRefused(refusal.reason);
  }

  private requireQualified(inspector: FormatInspector, bytes: bigint): bigint | null {
    const { declaredBytes, expectation } = this.options;
    if (declaredBytes !== null && bytes !== declaredBytes) {
      throw new ImageDataSizeDiffers(declaredBytes);
    }
    if (expectation === null) return null;
    inspector.finish();
    const verdict = judge(inspector.findings, bytes, expectation);
    if (!verdict.isAccepted) throw new ImageDataRefused(verdict.reason);
    return verdict.virtualSize;
  }

  private async digestsOf(hash: DataHash): Promise<Pick<Measurements, 'checksum' | 'hashValue'>> {
    const digests = await hash.digests();
    if (hash.isGenuine === false) {
      throw new ImageSignatureRefused('The data is not what the image signature was made for.');
    }
    const checksum = digests.get('md5');
    const hashValue = digests.get(this.options.hashAlgorithm);
    if (checksum === undefined || hashValue === undefined) throw new Error('A digest is missing.');
    return { checksum, hashValue };
  }
}
