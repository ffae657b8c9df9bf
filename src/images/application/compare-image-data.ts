import { isWritable, type ImageDataStore, type ListedData } from './ports/image-data-store.js';
import type { ImageDataRepository, ImageLocation } from './ports/image-data.repository.js';
import type { ImageDataStores } from './ports/image-data-stores.js';

const BATCH = 500;
/** Stores are asked about so many copies at once. */
const AT_ONCE = 16;

/** Data in a store that no record names. */
export interface StrayData {
  readonly storeId: string;
  readonly key: string;
  readonly bytes: bigint;
  /** False for what a write has not finished. */
  readonly isComplete: boolean;
}

export type RecordedCopy = ImageLocation & { readonly size: bigint | null };

/** A recorded copy beside what its store has of it. */
export interface ComparedCopy {
  readonly copy: RecordedCopy;
  /** Bytes; null when there are none, or the store is not configured. */
  readonly stored: bigint | null;
}

/** Walks stores and records side by side. Changes nothing; memory does not grow with the catalog. */
export class CompareImageData {
  constructor(
    private readonly repository: ImageDataRepository,
    private readonly stores: ImageDataStores,
  ) {}

  /** What no record names in the stores that are ours to write, batch by batch, if it is older than the given time. */
  async *stray(bornBefore: Date): AsyncGenerator<readonly StrayData[]> {
    for (const { id, data } of this.writableStores()) {
      for await (const batch of oldData(data, bornBefore)) yield this.strayAmong(id, batch);
    }
  }

  async strayAmong(storeId: string, batch: readonly ListedData[]): Promise<readonly StrayData[]> {
    const keys = batch.map(({ key }) => key);
    const known = await this.repository.knownKeys(storeId, keys);
    const unknown = batch.filter(({ key }) => !known.has(key));
    return unknown.map(({ key, bytes, isComplete }) => ({ storeId, key, bytes, isComplete }));
  }

  /** Some stores go on listing what is gone (Swift, when it is killed before it has told its listing). */
  async isThere({ storeId, key, isComplete }: StrayData): Promise<boolean> {
    return !isComplete || (await this.stores.holding(storeId).stat(key)) !== null;
  }

  /** Every copy of images that are live or can be restored. @throws what a store throws that fails */
  async *copies(): AsyncGenerator<readonly ComparedCopy[]> {
    let after: ImageLocation | null = null;
    for (;;) {
      const page: readonly RecordedCopy[] = await this.repository.pageOfLocations(after, BATCH);
      for (let start = 0; start < page.length; start += AT_ONCE) {
        const some = page.slice(start, start + AT_ONCE);
        yield await Promise.all(some.map((copy) => this.compare(copy)));
      }
      after = page.at(-1) ?? null;
      if (page.length < BATCH) return;
    }
  }

  private async compare(copy: RecordedCopy): Promise<ComparedCopy> {
    const entry = this.stores.all.find(({ id }) => id === copy.storeId);
    const facts = await entry?.data.stat(copy.key);
    return { copy, stored: facts?.bytes ?? null };
  }

  private writableStores(): { readonly id: string; readonly data: ImageDataStore }[] {
    const own = this.stores.all.flatMap(({ id, data, isReadOnly }) =>
      isReadOnly || !isWritable(data) ? [] : [{ id, data }],
    );
    return [...own, this.stores.staging];
  }
}

/** Is what the store has what the record says? A record that does not know its size yet is content with anything. */
export const isAsRecorded = ({ copy, stored }: ComparedCopy): boolean =>
  stored !== null && (copy.size === null || copy.size === stored);

async function* oldData(store: ImageDataStore, bornBefore: Date): AsyncGenerator<ListedData[]> {
  let batch: ListedData[] = [];
  for await (const item of store.list()) {
    if (item.modifiedAt >= bornBefore) continue;
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
