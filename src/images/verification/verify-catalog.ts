import { createHash } from 'node:crypto';
import {
  CompareImageData,
  isAsRecorded,
  type ComparedCopy,
  type RecordedCopy,
  type StrayData,
} from '../application/compare-image-data.js';
import type { ImageDataRepository } from '../application/ports/image-data.repository.js';
import type { ImageDataStores } from '../application/ports/image-data-stores.js';
import type { CheckRecords, Finding } from '../persistence/check-records.js';

export type { Finding } from '../persistence/check-records.js';

export interface VerifyOptions {
  /** Read every copy and compare its hashes; takes as long as reading all data takes. */
  readonly hashes: boolean;
  /** Are images that are active without any copy wrong? Catalogs that were loaded as records have many. */
  readonly allData: boolean;
  /** Data that nobody names is let alone while it is younger. */
  readonly graceSeconds: number;
}

/** How far it is; grows while it runs. */
export interface VerifyProgress {
  records: number;
  copies: number;
  bytes: bigint;
  stray: number;
}

const COPY_CLAIM = 'a copy is in its store, with the size of the record';
const HASH_CLAIM = 'the bytes of a copy have the hashes of the record';
const STRAY_CLAIM = 'data in a store belongs to a record, or is young';
const ANSWER_CLAIM = 'every store answers';
/** Data in the memory of the service is nowhere else. */
const OUT_OF_REACH = 'memory';

/**
 * Walks the whole database and all stores and reports what is not as it must be. Changes nothing and may run
 * beside the service: what looks wrong is looked at twice.
 */
export class VerifyCatalog {
  private readonly comparison: CompareImageData;

  constructor(
    private readonly records: CheckRecords,
    private readonly repository: ImageDataRepository,
    private readonly stores: ImageDataStores,
  ) {
    this.comparison = new CompareImageData(repository, stores);
  }

  async *execute(options: VerifyOptions, progress: VerifyProgress): AsyncGenerator<Finding> {
    for (const check of await this.records.checks()) {
      yield* await this.records.run(check);
      progress.records += 1;
    }
    if (options.allData) yield* await this.records.withoutCopies();
    yield* failures(this.copies(options, progress));
    yield* failures(this.stray(options, progress));
  }

  private async *copies({ hashes }: VerifyOptions, progress: VerifyProgress) {
    for await (const copies of this.comparison.copies()) {
      for (const compared of copies.filter(({ copy }) => this.isInReach(copy))) {
        if (!isAsRecorded(compared)) yield* await this.faulty(compared);
        else if (hashes) yield* await this.altered(compared.copy, progress);
        progress.bytes += compared.stored ?? 0n;
      }
      progress.copies += copies.length;
    }
  }

  private isInReach({ storeId }: RecordedCopy): boolean {
    return this.stores.all.every(({ id, type }) => id !== storeId || type !== OUT_OF_REACH);
  }

  private async faulty({ copy, stored }: ComparedCopy): Promise<Finding[]> {
    if (!(await this.isStillRecorded(copy))) return [];
    const found = stored === null ? 'nothing' : `${stored} bytes`;
    return [finding(COPY_CLAIM, copy, `recorded ${copy.size ?? 'unknown'} bytes, found ${found}`)];
  }

  private async altered(copy: RecordedCopy, progress: VerifyProgress): Promise<Finding[]> {
    const { checksum, algorithm, value } = await this.records.hashesOf(copy.imageId);
    const hashes = [
      { name: 'md5', expected: checksum },
      { name: algorithm ?? 'md5', expected: algorithm === null ? null : value },
    ].flatMap(({ name, expected }) =>
      expected === null ? [] : [{ name, expected, hash: createHash(name) }],
    );
    const source = await this.stores.find(copy.storeId).data.read(copy.key);
    for await (const chunk of source as AsyncIterable<Buffer>) {
      for (const { hash } of hashes) hash.update(chunk);
      progress.bytes += BigInt(chunk.length);
    }
    progress.bytes -= copy.size ?? 0n;
    const wrong = hashes.filter(({ hash, expected }) => hash.digest('hex') !== expected);
    if (wrong.length === 0 || !(await this.isStillRecorded(copy))) return [];
    return [finding(HASH_CLAIM, copy, `differs in ${wrong.map(({ name }) => name).join(', ')}`)];
  }

  private async isStillRecorded({ imageId, storeId, key }: RecordedCopy): Promise<boolean> {
    const now = await this.repository.locations(imageId);
    return now.some((location) => location.storeId === storeId && location.key === key);
  }

  /** Removals end while stores are being listed: only what is found twice, and can be read, is there. */
  private async *stray({ graceSeconds }: VerifyOptions, progress: VerifyProgress) {
    const bornBefore = new Date(Date.now() - graceSeconds * 1000);
    const first = await this.suspects(bornBefore);
    if (first.size === 0) return;
    const second = await this.suspects(bornBefore);
    for (const [place, data] of second) {
      if (!first.has(place) || !(await this.comparison.isThere(data))) continue;
      const { storeId, key, bytes } = data;
      progress.stray += 1;
      yield { claim: STRAY_CLAIM, subject: key, detail: `${bytes} bytes in ${storeId}` };
    }
  }

  private async suspects(bornBefore: Date): Promise<ReadonlyMap<string, StrayData>> {
    const found = new Map<string, StrayData>();
    for await (const batch of this.comparison.stray(bornBefore)) {
      for (const data of batch) found.set(`${data.storeId} ${data.key}`, data);
    }
    return found;
  }
}

const finding = (claim: string, { imageId, storeId }: RecordedCopy, detail: string): Finding => ({
  claim,
  subject: imageId,
  detail: `in ${storeId}: ${detail}`,
});

/** A store that fails ends its part of the walk and is a finding itself. */
async function* failures(walk: AsyncIterable<Finding>): AsyncGenerator<Finding> {
  try {
    yield* walk;
  } catch (error) {
    yield {
      claim: ANSWER_CLAIM,
      subject: 'the walk ended early',
      detail: (error as Error).message,
    };
  }
}
