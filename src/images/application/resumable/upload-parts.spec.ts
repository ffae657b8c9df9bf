import { describe, expect, it } from '@jest/globals';
import { UploadParts, partBytesOf } from './upload-parts.js';

const MIB = 1024n * 1024n;

function* chunks(...texts: string[]): Generator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function* asynchronous(source: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* source;
}

async function textOf(part: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of part) text += Buffer.from(chunk).toString();
  return text;
}

describe('UploadParts', () => {
  it('cuts chunks of any size into parts of one size, of which the last is the rest', async () => {
    const parts = new UploadParts(asynchronous(chunks('abcdefg', '', 'h', 'ij')));
    const found: string[] = [];
    while (await parts.hasMore()) found.push(await textOf(parts.next(4n)));
    expect(found).toEqual(['abcd', 'efgh', 'ij']);
    expect(parts.failure).toBeNull();
  });

  it('ends like any other when its source fails, keeps what has come, and says why', async () => {
    const reason = new Error('cut off');
    const failing = (function* (): Generator<Uint8Array> {
      yield Buffer.from('abcdef');
      throw reason;
    })();
    const parts = new UploadParts(asynchronous(failing));
    expect(await textOf(parts.next(4n))).toBe('abcd');
    expect(await textOf(parts.next(4n))).toBe('ef');
    expect(await parts.hasMore()).toBe(false);
    expect(parts.failure).toEqual({ reason });
  });
});

describe('the size of a part', () => {
  it('is 16 MiB, or a 4096th of a larger upload', () => {
    expect(partBytesOf(1n)).toBe(16n * MIB);
    expect(partBytesOf(64n * 1024n * MIB)).toBe(16n * MIB);
    expect(partBytesOf(128n * 1024n * MIB)).toBe(32n * MIB);
    expect(partBytesOf(128n * 1024n * MIB + 1n)).toBe(32n * MIB + 1n);
  });
});
