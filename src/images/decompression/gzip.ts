import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DamagedCompression } from '../domain/image-import.errors.js';

/** @throws DamagedCompression */
export async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = pipeline(source, createGunzip(), () => undefined);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isZlibError(error) ? new DamagedCompression(error) : error;
  }
}

export function isZlibError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
}
