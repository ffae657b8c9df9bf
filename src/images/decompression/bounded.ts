import { CompressionTooStrong } from '../domain/image-import.errors.js';

/** More bytes than this come out of one byte only when somebody wants to do harm (S-62). */
const MAX_RATIO = 100;
/** The ratio is judged from here on: short runs of zeros are no bomb. */
const HARMLESS_BYTES = 16 * 1024 * 1024;

/** What `unpack` makes of the source, while that stays in proportion. @throws CompressionTooStrong */
export async function* bounded(
  source: AsyncIterable<Uint8Array>,
  unpack: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      packedBytes += chunk.byteLength;
      yield chunk;
    }
  };
  for await (const chunk of unpack(counted())) {
    bytes += chunk.byteLength;
    if (bytes > HARMLESS_BYTES && bytes > packedBytes * MAX_RATIO) {
      throw new CompressionTooStrong(MAX_RATIO);
    }
    yield chunk;
  }
}
