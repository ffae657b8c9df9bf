import type { FileHandle } from 'node:fs/promises';
import { releaseMemory } from '../../platform/files/release-memory.js';
import { EarlyFlush } from './early-flush.js';

const BATCH_BYTES = 1024 * 1024;
/** The kernel takes at most 1024 buffers in one call. */
const BATCH_BUFFERS = 1024;

/**
 * Writes the source to the end of the file in large gathered calls, one of them under way while the next
 * batch is collected: at most two batches are in memory, and that of each is given back when it is written (ADR 82).
 * The last bytes are still to be flushed.
 */
export async function writeBatched(
  file: FileHandle,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const flushing = new EarlyFlush(file);
  let underway: Promise<void> = Promise.resolve();
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  try {
    for await (const chunk of source) {
      if (chunk.byteLength === 0) continue;
      batch.push(chunk);
      batchBytes += chunk.byteLength;
      if (batchBytes < BATCH_BYTES && batch.length < BATCH_BUFFERS) continue;
      await underway;
      flushing.requireFlushed();
      underway = writeAll(file, batch, batchBytes);
      // Its failure surfaces at the next await, which may be a slow chunk away.
      underway.catch(() => undefined);
      flushing.written(batchBytes);
      batch = [];
      batchBytes = 0;
    }
    await underway;
    await writeAll(file, batch, batchBytes);
  } finally {
    // The file must not be closed under a running write or flush.
    await underway.catch(() => undefined);
    await flushing.ended();
  }
  flushing.requireFlushed();
}

/** A nearly full disk takes less than it was given before it says so. */
async function writeAll(
  file: FileHandle,
  batch: readonly Uint8Array[],
  bytes: number,
): Promise<void> {
  let rest = batch;
  let missing = bytes;
  while (missing > 0) {
    const { bytesWritten } = await file.writev(rest);
    missing -= bytesWritten;
    if (missing > 0) rest = without(rest, bytesWritten);
  }
  for (const chunk of batch) releaseMemory(chunk);
}

function without(batch: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let passed = bytes;
  const rest: Uint8Array[] = [];
  for (const buffer of batch) {
    const skipped = Math.min(passed, buffer.byteLength);
    passed -= skipped;
    if (skipped < buffer.byteLength) rest.push(buffer.subarray(skipped));
  }
  return rest;
}
