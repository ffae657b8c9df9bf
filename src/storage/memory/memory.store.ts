import { Readable } from 'node:stream';
import {
  ImageDataStore,
  type DataFacts,
  type DataRange,
  type ListedData,
  type WriteOptions,
  type WrittenData,
} from '../../images/application/ports/image-data-store.js';
import {
  ImageDataDiscarded,
  ImageDataExists,
  ImageDataMissing,
  StoreFull,
} from '../../images/domain/image-data.errors.js';
import { requireDataKey } from '../data-key.js';
import { writeGuarded, type GuardedSource } from '../guarded-source.js';

const READ_CHUNK_BYTES = 64 * 1024;

interface StoredData extends DataFacts {
  readonly content: Buffer;
}

/** Keeps data in the process: for tests and trials. Everything is lost with the process. */
export class MemoryStore extends ImageDataStore {
  private readonly stored = new Map<string, StoredData>();
  private readonly underway = new Map<string, DataFacts>();

  /** @param capacityBytes what one write may bring before the store is full */
  constructor(private readonly capacityBytes = 256 * 1024 * 1024) {
    super();
  }

  async write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<WrittenData> {
    requireDataKey(key);
    return writeGuarded({ source, signal: options.signal }, async (guarded) => {
      const content = await this.collect(key, guarded);
      this.stored.set(key, { content, bytes: guarded.bytes, modifiedAt: new Date() });
      return `memory:${key}`;
    });
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    requireDataKey(key);
    const data = this.stored.get(key);
    if (data === undefined) throw new ImageDataMissing();
    return Readable.from(chunksOf(part(data.content, range)), { objectMode: false });
  }

  async stat(key: string): Promise<DataFacts | null> {
    requireDataKey(key);
    const data = this.stored.get(key);
    return data === undefined ? null : { bytes: data.bytes, modifiedAt: data.modifiedAt };
  }

  async delete(key: string): Promise<void> {
    requireDataKey(key);
    this.stored.delete(key);
    this.underway.delete(key);
  }

  async *list(): AsyncIterable<ListedData> {
    for (const [key, { bytes, modifiedAt }] of this.stored) {
      yield { key, bytes, modifiedAt, isComplete: true };
    }
    for (const [key, facts] of this.underway) yield { ...facts, key, isComplete: false };
  }

  private async collect(key: string, source: GuardedSource): Promise<Buffer> {
    if (this.stored.has(key) || this.underway.has(key)) throw new ImageDataExists();
    const ticket = { bytes: 0n, modifiedAt: new Date() };
    this.underway.set(key, ticket);
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of source) {
        if (source.bytes > this.capacityBytes) throw new StoreFull();
        chunks.push(Uint8Array.from(chunk));
      }
      if (this.underway.get(key) !== ticket) throw new ImageDataDiscarded();
      return Buffer.concat(chunks);
    } finally {
      if (this.underway.get(key) === ticket) this.underway.delete(key);
    }
  }
}

function part(content: Buffer, range?: DataRange): Buffer {
  if (range === undefined) return content;
  const end = range.offset + range.length;
  if (end > content.byteLength) throw new ImageDataMissing();
  return content.subarray(Number(range.offset), Number(end));
}

function* chunksOf(content: Buffer): Iterable<Buffer> {
  for (let start = 0; start < content.byteLength; start += READ_CHUNK_BYTES) {
    yield content.subarray(start, start + READ_CHUNK_BYTES);
  }
}
