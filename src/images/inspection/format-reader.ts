import type { Finding } from './finding.js';

/** Bytes from the start of the data. When the data ends early, `atLeast` bytes are still an answer. */
export interface Region {
  readonly offset: number;
  readonly length: number;
  readonly atLeast?: number;
}

/** The last bytes of the data, known when it has ended. */
export interface Tail {
  readonly fromEnd: number;
}

/**
 * Reads one format from a stream. A generator: it yields the bytes it wants to see next and is resumed with
 * them, or with null when the data has none such. It only moves forward, asks for at most
 * {@link MAX_REGION_BYTES} at once, and returns null as soon as the data cannot be of its format.
 */
export type FormatReader = Generator<Region | Tail, Finding | null, DataView | null>;

export const MAX_REGION_BYTES = 64 * 1024;
export const MAX_TAIL_BYTES = 2048;
