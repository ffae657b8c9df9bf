import { Inject, Injectable, Logger } from '@nestjs/common';
import { CompareImageData, isAsRecorded, type StrayData } from './compare-image-data.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import { ImageDataRepository } from './ports/image-data.repository.js';
import { ImageDataStores } from './ports/image-data-stores.js';
import { RemoveImageData } from './remove-image-data.js';

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

  /** How often it is due. */
  get intervalMs(): number {
    return this.settings.auditIntervalSeconds * 1000;
  }

  /** @param now what data must be older than the grace period at */
  async execute(now = new Date()): Promise<DataAudit> {
    const bornBefore = new Date(now.getTime() - this.settings.orphanGraceSeconds * 1000);
    const comparison = new CompareImageData(this.repository, this.stores);
    const orphans: DataAudit['orphans'][number][] = [];
    for await (const stray of comparison.stray(bornBefore)) {
      orphans.push(...(await this.queued(stray)));
    }
    if (orphans.some(({ removed }) => removed)) await this.removeData.execute();
    const missing: DataAudit['missing'][number][] = [];
    for await (const copies of comparison.copies()) {
      for (const { copy } of copies.filter((compared) => !isAsRecorded(compared))) {
        missing.push({ imageId: copy.imageId, storeId: copy.storeId });
      }
    }
    return { orphans, missing };
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

  /** Of one store. */
  private async queued(stray: readonly StrayData[]): Promise<DataAudit['orphans']> {
    const keys = stray.map(({ key }) => key);
    const queued = await this.repository.queueOrphans(stray[0]?.storeId ?? '', keys);
    return stray.map(({ storeId, key, bytes }) => ({
      storeId,
      key,
      bytes,
      removed: queued.includes(key),
    }));
  }
}
