import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Decompression, type Unpacked } from '../application/ports/decompression.js';
import { bounded } from './bounded.js';
import { gunzipped } from './gzip.js';
import { unxzipped } from './xz.js';
import { unzipped } from './zip.js';

type Unpack = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** What each begins with: ID1, ID2 and the only method of gzip (RFC 1952), the magic of xz, a member of a zip. */
const FORMATS: readonly (readonly [magic: Buffer, unpack: Unpack])[] = [
  [Buffer.from([0x1f, 0x8b, 0x08]), gunzipped],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), unxzipped],
  [Buffer.from([0x50, 0x4b, 0x03, 0x04]), unzipped],
];
const LONGEST_MAGIC = 6;

/** {@link Decompression} of gzip, xz and zip archives with one member, as they stream. */
@Injectable()
export class StreamingDecompression extends Decompression {
  async unpack(source: Readable): Promise<Unpacked> {
    const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const head = await firstBytes(iterator, LONGEST_MAGIC);
    const format = FORMATS.find(([magic]) => head.subarray(0, magic.length).equals(magic));
    const whole = rejoined(head, iterator);
    const unpacked = format === undefined ? whole : bounded(whole, format[1]);
    const chunks = Readable.from(unpacked, { objectMode: false });
    chunks.once('close', () => source.destroy());
    return { chunks, wasPacked: format !== undefined };
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
