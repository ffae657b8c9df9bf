import { Injectable } from '@nestjs/common';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Decompression, type Unpacked } from '../application/ports/decompression.js';
import { CompressionTooStrong, DamagedCompression } from '../domain/image-import.errors.js';

/** ID1, ID2 and the only method there is (RFC 1952). */
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
/** More bytes than this come out of one byte only when somebody wants to do harm (S-62). */
const MAX_RATIO = 100;
/** The ratio is judged from here on: short runs of zeros are no bomb. */
const HARMLESS_BYTES = 16 * 1024 * 1024;

/** {@link Decompression} of gzip, which everything that Node.js brings can take apart as it streams. */
@Injectable()
export class GzipDecompression extends Decompression {
  async unpack(source: Readable): Promise<Unpacked> {
    const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const head = await firstBytes(iterator, GZIP.length);
    const wasPacked = head.subarray(0, GZIP.length).equals(GZIP);
    const whole = rejoined(head, iterator);
    const chunks = Readable.from(wasPacked ? inflated(whole) : whole, { objectMode: false });
    chunks.once('close', () => source.destroy());
    return { chunks, wasPacked };
  }
}

/** At least so many, unless there are fewer. */
async function firstBytes(iterator: AsyncIterator<Uint8Array>, count: number): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < count) {
    const result = await iterator.next();
    if (result.done === true) break;
    head = Buffer.concat([head, result.value]);
  }
  return head;
}

async function* rejoined(
  head: Buffer,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    yield next.value;
  }
}

async function* inflated(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      packedBytes += chunk.byteLength;
      yield chunk;
    }
  };
  const gunzip = pipeline(counted, createGunzip(), () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > HARMLESS_BYTES && bytes > packedBytes * MAX_RATIO) {
        throw new CompressionTooStrong(MAX_RATIO);
      }
      yield chunk;
    }
  } catch (error) {
    const isDamage = (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
    throw isDamage ? new DamagedCompression(error) : error;
  }
}
