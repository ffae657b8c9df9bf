import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { GuardedSource } from './guarded-source.js';

async function* bytes(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function drain(source: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of source) text += String(chunk);
  return text;
}

describe('GuardedSource', () => {
  it('hands the chunks through and counts them', async () => {
    const source = new GuardedSource(bytes('ab', '', 'cde'));
    expect(await drain(source)).toBe('abcde');
    expect(source.bytes).toBe(5n);
  });

  it("blames the source for the source's failure and the store for its own", async () => {
    const gone = new Error('gone');
    const source = new GuardedSource(
      (async function* () {
        yield Buffer.from('x');
        throw gone;
      })(),
    );
    await expect(drain(source)).rejects.toBe(gone);
    expect(source.blame(new Error('follow-up'))).toBe(gone);
    const full = new Error('full');
    expect(new GuardedSource(bytes('x')).blame(full)).toBe(full);
  });

  it('ends a stalled stream at the abort and destroys it', async () => {
    const stalled = new PassThrough();
    const abort = new AbortController();
    const source = new GuardedSource(stalled, abort.signal);
    const drained = drain(source);
    abort.abort(new Error('given up'));
    await expect(drained).rejects.toThrow('given up');
    expect(stalled.destroyed).toBe(true);
  });

  it('ends at once under a signal that has fired', async () => {
    const reason = new Error('too late');
    const source = new GuardedSource(bytes('x'), AbortSignal.abort(reason));
    await expect(drain(source)).rejects.toBe(reason);
    expect(source.bytes).toBe(0n);
  });

  it('closes a generator that is left early', async () => {
    let isClosed = false;
    const source = new GuardedSource(
      (async function* () {
        try {
          yield Buffer.from('a');
          yield Buffer.from('b');
        } finally {
          isClosed = true;
        }
      })(),
    );
    for await (const chunk of source) {
      expect(String(chunk)).toBe('a');
      break;
    }
    expect(isClosed).toBe(true);
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });

  it('leaves no listener on the signal when it has ended', async () => {
    const abort = new AbortController();
    const source = new GuardedSource(bytes('x'), abort.signal);
    await drain(source);
    abort.abort(new Error('later'));
    const own = new Error('own');
    expect(source.blame(own)).toBe(own);
  });
});
