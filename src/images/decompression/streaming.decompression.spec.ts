import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { CompressionTooStrong, DamagedCompression } from '../domain/image-import.errors.js';
import { GzipDecompression } from './gzip.decompression.js';

const MIB = 1024 * 1024;

/** In pieces of this many bytes, as a network delivers them. */
function inPieces(bytes: Buffer, size: number): Readable {
  const pieces = Math.ceil(bytes.length / size);
  return Readable.from(
    Array.from({ length: pieces }, (_, index) => bytes.subarray(index * size, (index + 1) * size)),
  );
}

const unpack = (source: Readable) => new GzipDecompression().unpack(source);
const bytesOf = async (chunks: Readable) => Buffer.concat(await chunks.toArray());

describe('GzipDecompression', () => {
  const bytes = randomBytes(300_000);

  it.each([1000, 1_000_000])('unpacks gzip that comes in pieces of %d bytes', async (size) => {
    const { chunks, wasPacked } = await unpack(inPieces(gzipSync(bytes), size));
    expect(wasPacked).toBe(true);
    expect((await bytesOf(chunks)).equals(bytes)).toBe(true);
  });

  it('knows gzip by its first bytes even when they come one by one', async () => {
    const { chunks } = await unpack(inPieces(gzipSync(Buffer.from('short')), 1));
    expect(String(await bytesOf(chunks))).toBe('short');
  });

  it.each([Buffer.alloc(0), Buffer.from('x'), Buffer.from([0x1f, 0x8b]), randomBytes(100_000)])(
    'passes on what is no gzip',
    async (plain) => {
      const { chunks, wasPacked } = await unpack(inPieces(plain, 7000));
      expect(wasPacked).toBe(false);
      expect((await bytesOf(chunks)).equals(plain)).toBe(true);
    },
  );

  it('refuses what is cut off or damaged', async () => {
    const packed = gzipSync(bytes);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 1000, 2000);
    for (const broken of [packed.subarray(0, 100_000), damaged]) {
      const { chunks } = await unpack(inPieces(broken, 5000));
      await expect(chunks.toArray()).rejects.toThrow(DamagedCompression);
    }
  });

  it('stops a bomb long before its end', async () => {
    const { chunks } = await unpack(inPieces(gzipSync(Buffer.alloc(128 * MIB)), 4096));
    let count = 0;
    const reading = (async () => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) count += chunk.length;
    })();
    await expect(reading).rejects.toThrow(CompressionTooStrong);
    expect(count).toBeLessThan(32 * MIB);
  });

  it('fails as its source fails, and closes a source that is not read to its end', async () => {
    const failing = new Readable({ read: () => undefined });
    failing.push(gzipSync(bytes).subarray(0, 1000));
    const { chunks } = await unpack(failing);
    const reading = chunks.toArray();
    failing.destroy(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    const left = new Readable({ read: () => undefined });
    left.push(gzipSync(bytes).subarray(0, 1000));
    (await unpack(left)).chunks.destroy();
    await new Promise((resolve) => (left.closed ? resolve(null) : left.once('close', resolve)));
    expect(left.destroyed).toBe(true);
  });
});
