import type { Readable } from 'node:stream';

export interface Unpacked {
  /** The caller owns it; it fails with a `DomainError` when the archive is damaged or a bomb (S-62). */
  readonly chunks: Readable;
  readonly wasPacked: boolean;
}

/** Port: takes data out of its compression, if it has one that is known, while it passes. */
export abstract class Decompression {
  /** Takes the stream over. @throws what the source throws */
  abstract unpack(source: Readable): Promise<Unpacked>;
}
