import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import lzma from 'lzma-native';
import { crc32, gzipSync } from 'node:zlib';
import { zip } from '../../../test/support/zip.js';
import {
  ArchiveRefused,
  CompressionTooStrong,
  DamagedCompression,
} from '../domain/image-import.errors.js';
import { StreamingDecompression } from './streaming.decompression.js';

const MIB = 1024 * 1024;

/** In pieces of this many bytes, as a network delivers them. */
function inPieces(bytes: Buffer, size: number): Readable {
  const pieces = Math.ceil(bytes.length / size);
  return Readable.from(
    Array.from({ length: pieces }, (_, index) => bytes.subarray(index * size, (index + 1) * size)),
  );
}

const unpack = (source: Readable) => new StreamingDecompression().unpack(source);
const bytesOf = async (chunks: Readable) => Buffer.concat(await chunks.toArray());

describe('StreamingDecompression', () => {
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

const read = async (packed: Buffer, pieceBytes = 5000) =>
  bytesOf((await unpack(inPieces(packed, pieceBytes))).chunks);

async function countUntilError(packed: Buffer): Promise<{ count: number; error: unknown }> {
  const { chunks } = await unpack(inPieces(packed, 4096));
  let count = 0;
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) count += chunk.length;
  } catch (error) {
    return { count, error };
  }
  return { count, error: null };
}

describe('xz', () => {
  const bytes = randomBytes(300_000);
  const xz = (content: Buffer, preset: 1 | 6 | 9 = 6) =>
    new Promise<Buffer>((resolve) => {
      lzma.compress(content, { preset }, resolve);
    });

  it.each([1, 1000, 1_000_000])('is unpacked in pieces of %d bytes', async (size) => {
    const content = size === 1 ? bytes.subarray(0, 500) : bytes;
    expect((await read(await xz(content), size)).equals(content)).toBe(true);
  });

  it('is unpacked at its highest level, and when several are joined', async () => {
    const joined = Buffer.concat([await xz(bytes, 9), await xz(bytes)]);
    expect((await read(joined)).equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  it('is refused when it is cut off, damaged or followed by something else', async () => {
    const packed = await xz(bytes);
    const damaged = Buffer.from(packed).fill(0xff, 1000, 2000);
    const followed = Buffer.concat([packed, Buffer.from('something')]);
    for (const broken of [packed.subarray(0, 100_000), damaged, followed]) {
      await expect(read(broken)).rejects.toThrow(DamagedCompression);
    }
  });

  it('is stopped long before the end of a bomb (S-62)', async () => {
    const { count, error } = await countUntilError(await xz(Buffer.alloc(40 * MIB), 1));
    expect(error).toBeInstanceOf(CompressionTooStrong);
    expect(count).toBeLessThan(32 * MIB);
  });

  it('is refused when it asks for more memory than xz -9 does', async () => {
    const packed = await xz(Buffer.from('x'));
    // The dictionary's size in the header of the first block (2 ** 29 bytes), and the header's checksum anew.
    packed[16] = 0x22;
    packed.writeUInt32LE(crc32(packed.subarray(12, 20)), 20);
    await expect(read(packed)).rejects.toThrow(ArchiveRefused);
  });
});

describe('zip', () => {
  const content = randomBytes(300_000);

  it.each([
    ['deflated, with its size in front', {}],
    ['deflated, with its size behind', { flags: 8 }],
    ['stored', { method: 0 }],
  ])('of one member is unpacked: %s', async (_case, options) => {
    for (const size of [1000, 1_000_000]) {
      expect((await read(zip({ content, ...options }), size)).equals(content)).toBe(true);
    }
    const short = content.subarray(0, 100);
    expect((await read(zip({ content: short, ...options }), 1)).equals(short)).toBe(true);
  });

  it.each([
    ['several members', zip({ content }, { content })],
    ['several members, sizes behind', zip({ content, flags: 8 }, { content, flags: 8 })],
    ['encryption', zip({ content, flags: 1 })],
    ['another method', zip({ content, method: 12 })],
    ['stored data without a size', zip({ content, method: 0, flags: 8 })],
  ])('is refused for %s', async (_case, packed) => {
    await expect(read(packed)).rejects.toThrow(ArchiveRefused);
  });

  it('is refused when it is cut off anywhere or its checksum differs', async () => {
    const packed = zip({ content, flags: 8 });
    for (const length of [10, 33, 1000, packed.length - 80, packed.length - 15]) {
      await expect(read(packed.subarray(0, length))).rejects.toThrow(DamagedCompression);
    }
    const stored = zip({ content, method: 0 });
    stored[500] = ~stored[500]!;
    await expect(read(stored)).rejects.toThrow(DamagedCompression);
  });

  it('is stopped long before the end of a bomb (S-62)', async () => {
    for (const flags of [0, 8]) {
      const packed = zip({ content: Buffer.alloc(128 * MIB), flags });
      const { count, error } = await countUntilError(packed);
      expect(error).toBeInstanceOf(CompressionTooStrong);
      expect(count).toBeLessThan(32 * MIB);
    }
  });
});
