import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { imageFixture } from '../../../test/support/image-fixtures.js';
import { HashingPool } from '../../platform/hashing/hashing-pool.js';
import {
  ImageDataRefused,
  ImageDataSizeDiffers,
  ImageDataTooLarge,
} from '../domain/image-data.errors.js';
import { MeasuredData, type MeasureOptions } from './measured-data.js';

const hashing = new HashingPool(1);
const CAP = 64n * 1024n * 1024n;
const options: MeasureOptions = {
  hashAlgorithm: 'sha512',
  limit: { maxBytes: CAP, exceeded: () => new ImageDataTooLarge(CAP) },
  declaredBytes: null,
  expectation: null,
  signature: null,
};
const bare = (diskFormat: string) => ({
  diskFormat,
  containerFormat: 'bare',
  requireMatch: true,
  rawStrict: false,
});
const hex = (algorithm: string, content: Uint8Array) =>
  createHash(algorithm).update(content).digest('hex');

interface Source extends AsyncIterable<Uint8Array> {
  isClosed: boolean;
  taken: number;
}

function sourceOf(content: Uint8Array, chunkBytes = 65_536): Source {
  const source: Source = {
    isClosed: false,
    taken: 0,
    async *[Symbol.asyncIterator]() {
      try {
        for (let at = 0; at < content.byteLength; at += chunkBytes) {
          source.taken = Math.min(at + chunkBytes, content.byteLength);
          yield content.subarray(at, at + chunkBytes);
        }
      } finally {
        source.isClosed = true;
      }
    },
  };
  return source;
}

async function read(data: MeasuredData): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('MeasuredData', () => {
  it.each([0, 1, 65_536, 3_000_001, 9 * 1024 * 1024])(
    'hands %d bytes through and measures them',
    async (bytes) => {
      const content = Buffer.alloc(bytes, 'some data ');
      const data = new MeasuredData(sourceOf(content), hashing, options);
      expect(Buffer.compare(await read(data), content)).toBe(0);
      expect(data.result).toEqual({
        bytes: BigInt(bytes),
        checksum: hex('md5', content),
        hashAlgorithm: 'sha512',
        hashValue: hex('sha512', content),
        virtualSize: null,
      });
    },
  );

  it('computes whichever digest is configured', async () => {
    const content = Buffer.from('x');
    const sha256 = new MeasuredData(sourceOf(content), hashing, {
      ...options,
      hashAlgorithm: 'sha256',
    });
    await read(sha256);
    expect(sha256.result.hashValue).toBe(hex('sha256', content));
    const md5 = new MeasuredData(sourceOf(content), hashing, { ...options, hashAlgorithm: 'md5' });
    await read(md5);
    expect(md5.result).toMatchObject({ checksum: md5.result.hashValue, hashAlgorithm: 'md5' });
  });

  it('tells the virtual size of what it inspects', async () => {
    const data = new MeasuredData(sourceOf(imageFixture('plain.qcow2')), hashing, {
      ...options,
      expectation: bare('qcow2'),
    });
    await read(data);
    expect(data.result.virtualSize).toBe(4n * 1024n * 1024n);
  });

  it('ends with an error where the limit is, whatever was declared', async () => {
    const limit = { maxBytes: 100n, exceeded: () => new ImageDataTooLarge(100n) };
    const exactly = new MeasuredData(sourceOf(Buffer.alloc(100)), hashing, { ...options, limit });
    expect(await read(exactly)).toHaveLength(100);
    const source = sourceOf(Buffer.alloc(1000), 10);
    const above = new MeasuredData(source, hashing, { ...options, limit, declaredBytes: 5000n });
    await expect(read(above)).rejects.toThrow(ImageDataTooLarge);
    expect(source).toMatchObject({ taken: 110, isClosed: true });
    expect(() => above.result).toThrow('not been read');
  });

  it.each([99n, 101n, 0n])('refuses 100 bytes when %d were declared', async (declaredBytes) => {
    const data = new MeasuredData(sourceOf(Buffer.alloc(100)), hashing, {
      ...options,
      declaredBytes,
    });
    await expect(read(data)).rejects.toThrow(ImageDataSizeDiffers);
    expect(() => data.result).toThrow('not been read');
  });

  it('takes exactly what was declared', async () => {
    const declaredBytes = 100n;
    const data = new MeasuredData(sourceOf(Buffer.alloc(100)), hashing, {
      ...options,
      declaredBytes,
    });
    await read(data);
    expect(data.result.bytes).toBe(100n);
  });

  it('refuses an unsafe header before the rest is read', async () => {
    const padded = Buffer.concat([imageFixture('backing-file.qcow2'), Buffer.alloc(1024 * 1024)]);
    const source = sourceOf(padded, 4096);
    const data = new MeasuredData(source, hashing, { ...options, expectation: bare('raw') });
    await expect(read(data)).rejects.toThrow('The qcow2 data has a backing file.');
    expect(source.isClosed).toBe(true);
    expect(source.taken).toBeLessThan(128 * 1024);
  });

  it('refuses in place of the end what only the end can tell', async () => {
    const source = sourceOf(Buffer.alloc(2_000_000, 1));
    const data = new MeasuredData(source, hashing, { ...options, expectation: bare('vhd') });
    await expect(read(data)).rejects.toThrow(ImageDataRefused);
    expect(source.taken).toBe(2_000_000);
    expect(() => data.result).toThrow('not been read');
  });

  it("passes the source's failure on and closes a source that is left early", async () => {
    const gone = new Error('gone');
    const broken = new MeasuredData(
      (async function* () {
        yield Buffer.from('x');
        throw gone;
      })(),
      hashing,
      options,
    );
    await expect(read(broken)).rejects.toBe(gone);
    const source = sourceOf(Buffer.alloc(1_000_000));
    for await (const chunk of new MeasuredData(source, hashing, options)) {
      expect(chunk).toHaveLength(65_536);
      break;
    }
    expect(source.isClosed).toBe(true);
  });
});
