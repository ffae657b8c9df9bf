import { afterEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { HashingPool } from './hashing-pool.js';
import type { ThreadedHash } from './threaded-hash.js';

const MIB = 1024 * 1024;
const content = Buffer.alloc(10 * MIB + 12_345, 'the quick brown fox ');
const hex = (algorithm: string, bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest('hex');

async function digestsOf(hash: ThreadedHash, bytes: Uint8Array, chunkBytes: number) {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
    await hash.update(bytes.subarray(at, at + chunkBytes));
  }
  return hash.digests();
}

describe('HashingPool', () => {
  let pool = new HashingPool(2);
  afterEach(async () => {
    await pool.close();
    pool = new HashingPool(2);
  });

  it.each([1000, 65_536, MIB, MIB + 1, 5 * MIB, 11 * MIB])(
    'computes what one thread would, in chunks of %d bytes',
    async (chunkBytes) => {
      const digests = await digestsOf(pool.start(['md5', 'sha512', 'sha256']), content, chunkBytes);
      expect([...digests.keys()].sort()).toEqual(['md5', 'sha256', 'sha512']);
      for (const [algorithm, digest] of digests) expect(digest).toBe(hex(algorithm, content));
    },
  );

  it('computes the digest of nothing', async () => {
    const digests = await pool.start(['sha512']).digests();
    expect(digests.get('sha512')).toBe(hex('sha512', Buffer.alloc(0)));
  });

  it('needs no more memory for the hundredth run than for the first', async () => {
    const run = async (): Promise<void> => {
      const hash = pool.start(['md5', 'sha512']);
      await hash.update(content);
      expect((await hash.digests()).get('md5')).toBe(hex('md5', content));
      hash.discard();
    };
    await run();
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 100; count += 1) await run();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MIB);
  });

  it('computes the same in memory that a discarded run has used', async () => {
    for (let count = 0; count < 5; count += 1) {
      const given = pool.start(['sha512']);
      await given.update(content.subarray(0, 3 * MIB + 7));
      given.discard();
      given.discard();
    }
    const digests = await digestsOf(pool.start(['sha512', 'md5']), content, MIB + 1);
    expect(digests.get('sha512')).toBe(hex('sha512', content));
    expect(digests.get('md5')).toBe(hex('md5', content));
  });

  it('keeps many runs apart', async () => {
    const inputs = Array.from({ length: 12 }, (_, index) => content.subarray(index * 1001));
    const all = await Promise.all(
      inputs.map((bytes) => digestsOf(pool.start(['md5', 'sha256']), bytes, 100_000)),
    );
    for (const [index, digests] of all.entries()) {
      expect(digests.get('md5')).toBe(hex('md5', inputs[index] ?? content));
    }
  });

  it('makes the caller wait when hashing falls behind, and takes every byte', async () => {
    const hash = pool.start(['sha512']);
    const waits = hash.update(content);
    expect(waits).toBeInstanceOf(Promise);
    await waits;
    expect((await hash.digests()).get('sha512')).toBe(hex('sha512', content));
  });

  it('does not care whether the chunk is reused', async () => {
    const hash = pool.start(['md5']);
    const chunk = Buffer.from('first');
    await hash.update(chunk);
    chunk.write('wrong');
    expect((await hash.digests()).get('md5')).toBe(hex('md5', Buffer.from('first')));
  });

  it('forgets a run that is discarded, before and after its end', async () => {
    const hash = pool.start(['md5']);
    await hash.update(content);
    hash.discard();
    hash.discard();
    expect(await digestsOf(pool.start(['md5']), content, MIB)).toBeDefined();
  });

  it('fails the runs of a thread that dies, and starts another for the next', async () => {
    const hash = pool.start(['md5']);
    await pool.close();
    await expect(digestsOf(hash, content, MIB)).rejects.toThrow('A hashing thread ended.');
    const digests = await digestsOf(pool.start(['md5']), content, MIB);
    expect(digests.get('md5')).toBe(hex('md5', content));
  });

  it('refuses an algorithm that does not exist', () => {
    expect(() => pool.start(['md5', 'rot13'])).toThrow('No such hash algorithm: rot13.');
  });
});
