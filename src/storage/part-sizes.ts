const MIB = 1024 * 1024;
const SMALLEST = 8 * MIB;
const LARGEST = 512 * MIB;
/** S3 takes 10 000; the rest is for data that is a little larger than announced. */
const PLANNED_PARTS = 9500n;
const PARTS_PER_DOUBLING = 1500;

/**
 * The size of each part of a multipart upload, by its number from 0, such that 10 000 parts suffice.
 * A known size is cut evenly. An unknown one begins with small parts that double every 1 500: up to 1.2 TiB,
 * while data under 35 GiB never needs more than 16 MiB of memory for a part.
 */
export function partSizeInBytes(index: number, expectedSize: bigint): number {
  const even = Number((expectedSize + PLANNED_PARTS - 1n) / PLANNED_PARTS);
  const grown = SMALLEST * 2 ** Math.floor(index / PARTS_PER_DOUBLING);
  return Math.max(Math.ceil(even / MIB) * MIB, Math.min(grown, LARGEST));
}
