import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BackgroundWork } from '../../kernel/background-work.js';
import { DeletedImageRepository } from './ports/deleted-image.repository.js';
import { RemoveImageData } from './remove-image-data.js';

/** Injection token: how long deleted images can be restored, in seconds. */
export const DELETED_RETENTION_SECONDS = Symbol('DELETED_RETENTION_SECONDS');

const INTERVAL_MS = 10 * 60 * 1000;
const BATCH = 1000;

/** Erases deleted images when their retention is over: once at start and then every ten minutes. */
@Injectable()
export class PurgeDeletedImages implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PurgeDeletedImages.name);
  private readonly background = new BackgroundWork((error) => {
    this.logger.warn({ message: 'Could not purge deleted images.', err: error });
  });

  constructor(
    @Inject(DeletedImageRepository) private readonly deleted: DeletedImageRepository,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
    @Inject(DELETED_RETENTION_SECONDS) private readonly retentionSeconds: number,
  ) {}

  /** The data of what is erased goes from its stores, too. @returns how many images were erased */
  async execute(): Promise<number> {
    const erased = await this.erase();
    if (erased > 0) await this.removeData.execute();
    return erased;
  }

  /** Call after a deletion: without a retention there is nothing to wait for. */
  afterDeletion(): void {
    if (this.retentionSeconds === 0) this.background.soon(() => this.executeAndReport());
  }

  private async erase(): Promise<number> {
    let erased = 0;
    for (;;) {
      const count = await this.deleted.purge(this.retentionSeconds, BATCH);
      erased += count;
      if (count < BATCH) return erased;
    }
  }

  onApplicationBootstrap(): void {
    this.background.every(INTERVAL_MS, () => this.executeAndReport());
    this.background.soon(() => this.executeAndReport());
  }

  onApplicationShutdown(): Promise<void> {
    return this.background.stop();
  }

  private async executeAndReport(): Promise<void> {
    const erased = await this.execute();
    if (erased > 0) this.logger.log(`Purged ${erased} deleted images.`);
  }
}
