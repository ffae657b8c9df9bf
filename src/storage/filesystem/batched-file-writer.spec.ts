import { describe, expect, it, jest } from '@jest/globals';
import type { FileHandle } from 'node:fs/promises';
import { writeBatched } from './batched-file-writer.js';

const MIB = 1024 * 1024;
const CAN_RELEASE = 'transfer' in ArrayBuffer.prototype;

/** A file that takes at most `mostAtOnce` bytes in one call, and keeps what it took where `isKept`. */
function fakeFile({ mostAtOnce = Infinity, isKept = false, datasync = () => Promise.resolve() }) {
  const taken: Buffer[] = [];
  const writev = jest.fn((buffers: readonly Uint8Array[]) => {
    const bytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const bytesWritten = Math.min(bytes, mostAtOnce);
    if (isKept) taken.push(Buffer.from(Buffer.concat(buffers).subarray(0, bytesWritten)));
    return Promise.resolve({ bytesWritten, buffers });
  });
  const flush = jest.fn(datasync);
  const file = { writev, datasync: flush } as unknown as FileHandle;
  return { file, flush, bytes: () => Buffer.concat(taken) };
}

async function* chunksOf(
  count: number,
  make: (n: number) => Uint8Array = () => new Uint8Array(MIB),
): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n += 1) {
    // As slow as a client: what was begun has its turn meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    yield make(n);
  }
}

describe('writeBatched', () => {
  it('writes every byte in its order, however little is taken at a time', async () => {
    const { file, bytes } = fakeFile({ mostAtOnce: 300_001, isKept: true });
    await writeBatched(
      file,
      chunksOf(5, (n) => new Uint8Array(700_000).fill(n)),
    );
    const expected = [0, 1, 2, 3, 4].map((n) => new Uint8Array(700_000).fill(n));
    expect(bytes().equals(Buffer.concat(expected))).toBe(true);
  });

  it('gives the memory of what is written back where Node.js can', async () => {
    const chunks = [new Uint8Array(MIB), new Uint8Array(MIB), new Uint8Array(10)];
    await writeBatched(
      fakeFile({}).file,
      chunksOf(chunks.length, (n) => chunks[n] ?? new Uint8Array()),
    );
    expect(chunks.map(({ byteLength }) => byteLength)).toEqual(
      CAN_RELEASE ? [0, 0, 0] : [MIB, MIB, 10],
    );
  });

  it('leaves memory alone that a chunk is only a part of', async () => {
    const whole = new Uint8Array(2 * MIB);
    await writeBatched(
      fakeFile({}).file,
      chunksOf(2, (n) => whole.subarray(n * MIB, (n + 1) * MIB)),
    );
    expect(whole.byteLength).toBe(2 * MIB);
  });

  it('lets the disk write while more comes, and nothing early of what is small', async () => {
    const small = fakeFile({});
    await writeBatched(small.file, chunksOf(63));
    expect(small.flush).not.toHaveBeenCalled();
    const large = fakeFile({});
    await writeBatched(large.file, chunksOf(200));
    expect(large.flush).toHaveBeenCalledTimes(3);
  });

  it('has one early flush at a time, of all files, and waits for its own', async () => {
    let finish = (): void => undefined;
    const blocked = fakeFile({
      datasync: () => new Promise<void>((resolve) => (finish = resolve)),
    });
    let isWritten = false;
    const writing = writeBatched(blocked.file, chunksOf(200)).then(() => (isWritten = true));
    while (blocked.flush.mock.calls.length === 0) await new Promise((r) => setImmediate(r));
    const other = fakeFile({});
    await writeBatched(other.file, chunksOf(300));
    expect(other.flush).not.toHaveBeenCalled();
    expect(blocked.flush).toHaveBeenCalledTimes(1);
    expect(isWritten).toBe(false);
    finish();
    await writing;
  });

  it('fails with what an early flush failed with, which the last one would not tell again', async () => {
    const full = fakeFile({ datasync: () => Promise.reject(new Error('no room')) });
    await expect(writeBatched(full.file, chunksOf(70))).rejects.toThrow('no room');
    const next = fakeFile({});
    await writeBatched(next.file, chunksOf(64));
    expect(next.flush).toHaveBeenCalledTimes(1);
  });
});
