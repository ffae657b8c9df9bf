import { Inject, Injectable, Logger } from '@nestjs/common';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { isWritable, type ImageDataStore, type ListedData } from './ports/image-data-store.js';
import { ImageDataRepository, type ImageLocation } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { RemoveImageData } from './remove-image-data.js';

const BATCH = 500;

export interface DataAudit {
  /** Data that no record names, and old enough to be nobody's; `removed` says whether it was one of ours. */
  readonly orphans: readonly {
    readonly storeId: string;
    readonly key: string;
    readonly bytes: bigint;
    readonly removed: boolean;
  }[];
  /** Records without their data, or with data of another length. They are reported and kept. */
  readonly missing: readonly { readonly imageId: string; readonly storeId: string }[];
}

/** Compares what the stores hold with what the records say. */
@Injectable()
export class AuditImageData {
  private readonly logger = new Logger(AuditImageData.name);

  constructor(
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(ImageDataStores) private readonly stores: ImageDataStores,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  /** @param now what data must be older than the grace period at */
  async execute(now = new Date()): Promise<DataAudit> {
    const bornBefore = new Date(now.getTime() - this.settings.orphanGraceSeconds * 1000);
    const orphans: DataAudit['orphans'][number][] = [];
    for (const { id, data } of this.writableStores()) {
      for await (const batch of oldData(data, bornBefore)) {
        orphans.push(...(await this.orphansAmong(id, batch)));
      }
    }
    if (orphans.some(({ removed }) => removed)) await this.removeData.execute();
    return { orphans, missing: await this.missing() };
  }

  async executeAndReport(): Promise<void> {
    const { orphans, missing } = await this.execute();
    for (const orphan of orphans) {
      this.logger.warn({ message: 'Data without a record.', ...orphan, bytes: `${orphan.bytes}` });
    }
    for (const lost of missing) {
      this.logger.error({ message: 'A record without its data.', ...lost });
    }
  }

  private writableStores(): { readonly id: string; readonly data: ImageDataStore }[] {
    const own = this.stores.all.flatMap(({ id, data, isReadOnly }) =>
      isReadOnly || !isWritable(data) ? [] : [{ id, data }],
    );
    return [...own, this.stores.staging];
  }

  private async orphansAmong(storeId: string, batch: readonly ListedData[]) {
    const keys = batch.map(({ key }) => key);
    const known = await this.repository.knownKeys(storeId, keys);
    const unknown = batch.filter(({ key }) => !known.has(key));
    const queued = await this.repository.queueOrphans(
      storeId,
      unknown.map(({ key }) => key),
    );
    return unknown.map(({ key, bytes }) => ({
      storeId,
      key,
      bytes,
      removed: queued.includes(key),
    }));
  }

  private async missing(): Promise<DataAudit['missing']> {
    const missing: DataAudit['missing'][number][] = [];
    let after: ImageLocation | null = null;
    for (;;) {
      const page: Awaited<ReturnType<ImageDataRepository['pageOfLocations']>> =
        await this.repository.pageOfLocations(after, BATCH);
      for (const location of page) {
        if (!(await this.isStored(location))) {
          missing.push({ imageId: location.imageId, storeId: location.storeId });
        }
      }
      after = page.at(-1) ?? null;
      if (page.length < BATCH) return missing;
    }
  }

  private async isStored({
    storeId,
    key,
    size,
  }: ImageLocation & { readonly size: bigint | null }): Promise<boolean> {
    const entry = this.stores.all.find(({ id }) => id === storeId);
    const facts = await entry?.data.stat(key);
    return facts?.bytes === size;
  }
}

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
