import type { Readable } from 'node:stream';

/** The bytes of an import, before they are looked at. */
export interface IncomingData {
  readonly chunks: Readable;
  readonly declaredBytes: bigint | null;
  /** MD5 that the bytes must have; null when there is nothing to compare with. */
  readonly checksum: string | null;
}
