import { pipeline } from 'node:stream';
import { ArchiveRefused, DamagedCompression } from '../domain/image-import.errors.js';

/** Enough for what `xz -9` makes; the dictionary of an archive may ask for 4 GiB. */
const MEMORY_LIMIT_BYTES = 96 * 1024 * 1024;

/** Off the event loop, in liblzma, which is loaded only when it is needed. @throws DamagedCompression, ArchiveRefused */
export async function* unxzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { default: lzma } = await import('lzma-native');
  const decoder = lzma.createDecompressor({ memlimit: MEMORY_LIMIT_BYTES });
  const unpacked = pipeline(source, decoder, () => undefined);
  try {
    yield* unpacked as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw translated(error);
  }
}

/** The library says what it is in the name of the error. */
function translated(error: unknown): unknown {
  const { name = '' } = error as { readonly name?: string };
  if (!name.startsWith('LZMA_')) return error;
  return name === 'LZMA_MEMLIMIT_ERROR'
    ? new ArchiveRefused('The data was compressed with a larger dictionary than xz -9 uses.', error)
    : new DamagedCompression(error);
}
