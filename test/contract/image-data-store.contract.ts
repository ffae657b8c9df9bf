import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { newImageDataKey } from '../../src/images/application/image-data-key.js';
import type {
  ImageDataStore,
  ListedData,
} from '../../src/images/application/ports/image-data-store.js';
import {
  ImageDataDiscarded,
  ImageDataExists,
  ImageDataMissing,
} from '../../src/images/domain/image-data.errors.js';
import { eventually } from '../support/image-data.js';
import { collect, seededBytes, seededChunks, sha256Of, toAsync } from '../support/seeded-bytes.js';

const KIB = 1024;
const MIB = 1024 * KIB;

export interface StoreUnderTest {
  readonly store: ImageDataStore;
  /** The same place, opened once more as another process would; absent where only one can know of a write. */
  readonly replica?: ImageDataStore;
  /** What the backing place really holds, found without the store: names, unfinished ones included. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What every driver must do, whatever it stores into. */
export function describeImageDataStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an image data store`, () => {
    let opened: StoreUnderTest;
    let store: ImageDataStore;
    let key: string;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    }, 120_000);
    afterAll(() => opened.close());
    beforeEach(async () => {
      for await (const data of store.list()) await store.delete(data.key);
      key = newImageDataKey(randomUUID());
    });

    const list = async (): Promise<readonly ListedData[]> => {
      const listed: ListedData[] = [];
      for await (const data of store.list()) listed.push(data);
      return listed;
    };
    const write = (content: Uint8Array, to = key) => store.write(to, toAsync([content]));
    const contentOf = async (of: string) => collect(await store.read(of));
    const expectNothing = async () => {
      expect(await store.stat(key)).toBeNull();
      expect(await list()).toEqual([]);
      expect(await opened.leftovers()).toEqual([]);
    };

    describe('write', () => {
      it('gives back what was written, and tells its size and place', async () => {
        const content = seededBytes('small', 100 * KIB + 17);
        const before = Date.now();
        const written = await write(content);
        expect(written.bytes).toBe(BigInt(content.length));
        expect(() => new URL(written.location)).not.toThrow();
        expect(written.location).toContain(key);
        expect(await contentOf(key)).toEqual(content);
        const facts = await store.stat(key);
        expect(facts?.bytes).toBe(BigInt(content.length));
        expect(Math.abs(Number(facts?.modifiedAt) - before)).toBeLessThan(5000);
      });

      it('takes empty data', async () => {
        expect((await store.write(key, toAsync([]))).bytes).toBe(0n);
        expect((await store.stat(key))?.bytes).toBe(0n);
        expect(await contentOf(key)).toHaveLength(0);
        expect(await list()).toMatchObject([{ key, bytes: 0n, isComplete: true }]);
      });

      it('takes chunks of any size, empty ones included', async () => {
        const sizes = [0, 1, 0, 3 * MIB, 2, 0, 65_537, ...Array<number>(3000).fill(7), 5 * MIB, 0];
        const chunks = sizes.map((size, index) => seededBytes(`chunk ${index}`, size));
        await store.write(key, toAsync(chunks));
        expect(Buffer.compare(await contentOf(key), Buffer.concat(chunks))).toBe(0);
      });

      it('takes a stream as well as a generator', async () => {
        const file = fileURLToPath(new URL('../../package.json', import.meta.url));
        await store.write(key, createReadStream(file));
        expect(String(await contentOf(key))).toContain('"image-catalog"');
      });

      it.each([
        ['with its size known', BigInt(64 * MIB)],
        ['with its size unknown', undefined],
        ['with a size announced that is far too small', 1n],
      ])('keeps 64 MiB whole, %s', async (_case, expectedSize) => {
        const options = expectedSize === undefined ? {} : { expectedSize };
        const written = await store.write(key, toAsync(seededChunks('large', 64 * MIB)), options);
        expect(written.bytes).toBe(BigInt(64 * MIB));
        const expected = await sha256Of(toAsync(seededChunks('large', 64 * MIB)));
        expect(await sha256Of(await store.read(key))).toBe(expected);
      });

      it('never shows data that is not complete', async () => {
        const gate = newGate();
        const writing = store.write(key, gatedSource(20 * MIB, gate));
        await gate.reached;
        expect(await store.stat(key)).toBeNull();
        await expect(store.read(key)).rejects.toThrow(ImageDataMissing);
        expect((await list()).filter(({ isComplete }) => isComplete)).toEqual([]);
        gate.open();
        await writing;
        expect((await store.stat(key))?.bytes).toBe(BigInt(20 * MIB));
      });

      it('refuses a key that has data, and keeps that data', async () => {
        const first = seededBytes('first', 1000);
        await write(first);
        await expect(write(seededBytes('second', 2000))).rejects.toThrow(ImageDataExists);
        expect(await contentOf(key)).toEqual(first);
      });

      it('refuses a key that no image could have', async () => {
        for (const bad of [
          '../outside',
          '/etc/passwd',
          'a/b',
          '.hidden',
          'a..b',
          '',
          'A'.repeat(200),
        ]) {
          await expect(write(Buffer.from('x'), bad)).rejects.toThrow(TypeError);
          await expect(store.read(bad)).rejects.toThrow(TypeError);
          await expect(store.stat(bad)).rejects.toThrow(TypeError);
          await expect(store.delete(bad)).rejects.toThrow(TypeError);
        }
      });

      it('keeps writers of different keys apart', async () => {
        const keys = Array.from({ length: 5 }, () => newImageDataKey(randomUUID()));
        await Promise.all(
          keys.map((each) => store.write(each, toAsync(seededChunks(each, 9 * MIB)))),
        );
        for (const each of keys) {
          const expected = await sha256Of(toAsync(seededChunks(each, 9 * MIB)));
          expect(await sha256Of(await store.read(each))).toBe(expected);
        }
        expect((await list()).map((data) => data.key).sort()).toEqual([...keys].sort());
      });
    });

    describe('a write that fails', () => {
      it.each([0, 1, 64 * KIB, 20 * MIB])(
        'leaves nothing when the source breaks after %d bytes, and rejects with its error',
        async (bytes) => {
          const failure = new Error('The client is gone.');
          await expect(store.write(key, brokenSource(bytes, failure))).rejects.toBe(failure);
          await expectNothing();
        },
      );

      it.each([0, 1, 64 * KIB, 20 * MIB])(
        'leaves nothing when it is aborted after %d bytes, though the source stalls',
        async (bytes) => {
          const abort = new AbortController();
          const reason = new Error('Given up.');
          const gate = newGate();
          const writing = store.write(key, gatedSource(bytes, gate), { signal: abort.signal });
          await gate.reached;
          abort.abort(reason);
          await expect(writing).rejects.toBe(reason);
          await expectNothing();
          gate.open();
        },
      );

      it('does not begin under a signal that has fired', async () => {
        const signal = AbortSignal.abort(new Error('Too late.'));
        await expect(store.write(key, toAsync([Buffer.from('x')]), { signal })).rejects.toBe(
          signal.reason,
        );
        await expectNothing();
      });

      it('closes a stream that it does not read to the end', async () => {
        await write(Buffer.from('first'));
        const source = Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
        await expect(store.write(key, source)).rejects.toThrow(ImageDataExists);
        expect(source.destroyed).toBe(true);
      });

      it('can be repeated under the same key', async () => {
        const failing = store.write(key, brokenSource(9 * MIB, new Error('Gone.')));
        await expect(failing).rejects.toThrow('Gone.');
        const content = seededBytes('again', 12 * MIB);
        await write(content);
        expect(Buffer.compare(await contentOf(key), content)).toBe(0);
      });
    });

    describe('read', () => {
      const content = seededBytes('ranges', 3 * MIB + 5);
      const last = BigInt(content.length - 1);

      it.each([
        ['the first byte', 0n, 1n],
        ['the last byte', last, 1n],
        ['a part across chunks', 65_535n, 200_003n],
        ['everything', 0n, last + 1n],
        ['everything but the first byte', 1n, last],
      ])('delivers %s', async (_case, offset, length) => {
        await write(content);
        const part = await collect(await store.read(key, { offset, length }));
        const expected = content.subarray(Number(offset), Number(offset + length));
        expect(Buffer.compare(part, expected)).toBe(0);
      });

      it.each([
        ['ends behind the data', last, 2n],
        ['begins behind the data', last + 1n, 1n],
      ])('rejects a range that %s', async (_case, offset, length) => {
        await write(content);
        await expect(store.read(key, { offset, length })).rejects.toThrow(ImageDataMissing);
      });

      it('rejects a key without data before any byte is asked for', async () => {
        await expect(store.read(key)).rejects.toThrow(ImageDataMissing);
        await expect(store.read(key, { offset: 0n, length: 1n })).rejects.toThrow(ImageDataMissing);
      });

      it('serves several readers at once, one of which goes away', async () => {
        await write(content);
        const gone = await store.read(key);
        const others = await Promise.all([store.read(key), store.read(key)]);
        gone.destroy();
        for (const other of others) {
          expect(Buffer.compare(await collect(other), content)).toBe(0);
        }
      });
    });

    describe('delete', () => {
      it('removes the data', async () => {
        await write(Buffer.from('x'));
        await store.delete(key);
        expect(await store.stat(key)).toBeNull();
        await expectNothing();
      });

      it('is fine with a key that has no data, or no longer', async () => {
        await expect(store.delete(key)).resolves.toBeUndefined();
        await write(Buffer.from('x'));
        await Promise.all([store.delete(key), store.delete(key)]);
        await expect(store.delete(key)).resolves.toBeUndefined();
      });

      it.each([64 * KIB, 20 * MIB])(
        'makes a write that is under way fail after %d bytes, and nothing of it stays',
        async (bytes) => {
          const gate = newGate();
          const writing = store.write(key, gatedSource(bytes, gate));
          await gate.reached;
          await (opened.replica ?? store).delete(key);
          gate.open();
          await expect(writing).rejects.toThrow(ImageDataDiscarded);
          await expectNothing();
        },
      );

      it('leaves other keys alone', async () => {
        const other = `${key}0`;
        await write(Buffer.from('x'));
        await write(Buffer.from('y'), other);
        await store.delete(key);
        expect(String(await contentOf(other))).toBe('y');
      });
    });

    describe('list', () => {
      it('tells key, size and time of everything', async () => {
        const keys = Array.from({ length: 30 }, () => newImageDataKey(randomUUID()));
        for (const [index, each] of keys.entries()) await write(Buffer.alloc(index), each);
        const listed = await list();
        expect(listed).toHaveLength(keys.length);
        for (const { key: each, bytes, modifiedAt, isComplete } of listed) {
          expect(bytes).toBe(BigInt(keys.indexOf(each)));
          expect(isComplete).toBe(true);
          expect(Math.abs(Number(modifiedAt) - Date.now())).toBeLessThan(60_000);
        }
      });

      it('shows what a killed process has left, and delete removes it', async () => {
        const gate = newGate();
        const abandoned = store.write(key, gatedSource(20 * MIB, gate));
        abandoned.catch(() => undefined);
        await gate.reached;
        const [partial] = await list();
        expect(partial).toMatchObject({ key, isComplete: false });
        // What was on its way at the kill may arrive after a deletion; the next one takes it.
        await eventually(async () => {
          await store.delete(key);
          expect(await list()).toEqual([]);
        });
        gate.open();
        await expect(abandoned).rejects.toThrow(ImageDataDiscarded);
      });

      it('is empty without data', async () => {
        expect(await list()).toEqual([]);
      });
    });
  });
}

interface Gate {
  /** Resolves when the source has yielded all its bytes and stalls. */
  readonly reached: Promise<void>;
  readonly opened: Promise<void>;
  reach(): void;
  /** Lets the source end. */
  open(): void;
}

function newGate(): Gate {
  let reach!: () => void;
  let open!: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { reached, opened, reach, open };
}

async function* gatedSource(bytes: number, gate: Gate): AsyncGenerator<Uint8Array> {
  yield* seededChunks('gated', bytes);
  gate.reach();
  await gate.opened;
}

async function* brokenSource(bytes: number, failure: Error): AsyncGenerator<Uint8Array> {
  yield* seededChunks('broken', bytes);
  throw failure;
}
