import { describe, expect, it } from '@jest/globals';
import { partSizeInBytes } from './part-sizes.js';

const MIB = 1024 * 1024;
const TIB = 1024n ** 4n;
const MAX_PARTS = 10_000;

function capacity(expectedSize: bigint): bigint {
  let total = 0n;
  for (let index = 0; index < MAX_PARTS; index += 1) {
    total += BigInt(partSizeInBytes(index, expectedSize));
  }
  return total;
}

describe('partSizeInBytes', () => {
  it('holds more than 1 TiB of unknown size in 10 000 parts', () => {
    expect(capacity(0n)).toBeGreaterThan(TIB);
  });

  it.each([1n, TIB / 10n, TIB, 5n * TIB])('holds %d bytes when they are announced', (size) => {
    expect(capacity(size)).toBeGreaterThan(size);
  });

  it('never goes below the 5 MiB that S3 demands', () => {
    for (let index = 0; index < MAX_PARTS; index += 1) {
      expect(partSizeInBytes(index, 0n)).toBeGreaterThanOrEqual(5 * MIB);
    }
  });

  it('keeps parts small while the data may still be small', () => {
    expect(partSizeInBytes(0, 0n)).toBe(8 * MIB);
    expect(partSizeInBytes(1499, 0n)).toBe(8 * MIB);
    expect(partSizeInBytes(1500, 0n)).toBe(16 * MIB);
  });

  it('stays under the 5 GiB that S3 allows', () => {
    expect(partSizeInBytes(0, 5n * TIB)).toBeLessThan(1024 * MIB);
    expect(partSizeInBytes(9999, 5n * TIB)).toBeLessThan(1024 * MIB);
  });
});
