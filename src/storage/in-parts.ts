import { partSizeInBytes } from './part-sizes.js';

/** Gathers chunks into parts of the right size; the last one is whatever is left. */
export async function* inParts(
  source: AsyncIterable<Uint8Array>,
  expectedSize: bigint,
): AsyncGenerator<Uint8Array> {
  let index = 0;
  let part = Buffer.allocUnsafeSlow(partSizeInBytes(index, expectedSize));
  let filled = 0;
  for await (const chunk of source) {
    let taken = 0;
    while (taken < chunk.byteLength) {
      const bytes = Math.min(chunk.byteLength - taken, part.byteLength - filled);
      part.set(chunk.subarray(taken, taken + bytes), filled);
      taken += bytes;
      filled += bytes;
      if (filled < part.byteLength) continue;
      yield part;
      index += 1;
      part = Buffer.allocUnsafeSlow(partSizeInBytes(index, expectedSize));
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
