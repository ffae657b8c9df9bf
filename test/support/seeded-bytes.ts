import { createCipheriv, createHash } from 'node:crypto';

const CHUNK_BYTES = 64 * 1024;

/** The same pseudo-random bytes for the same seed, made as they are read. */
export function* seededChunks(seed: string, bytes: number): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  for (let made = 0; made < bytes; made += CHUNK_BYTES) {
    yield cipher.update(Buffer.alloc(Math.min(CHUNK_BYTES, bytes - made)));
  }
}

export function seededBytes(seed: string, bytes: number): Buffer {
  return Buffer.concat([...seededChunks(seed, bytes)]);
}

/** Copies, since what takes the chunks may give their memory back. */
export async function* toAsync(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Uint8Array.from(chunk);
}

export async function sha256Of(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return Buffer.concat(collected);
}
