import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
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
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

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
    if (this.retentionSeconds === 0) this.runInBackground();
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
    this.timer = setInterval(() => this.runInBackground(), INTERVAL_MS).unref();
    this.runInBackground();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private runInBackground(): void {
    this.running = this.running.then(() => this.executeQuietly());
  }

  private async executeQuietly(): Promise<void> {
    try {
      const erased = await this.execute();
      if (erased > 0) this.logger.log(`Purged ${erased} deleted images.`);
    } catch (error) {
      // A database that is away now will be there at one of the next turns.
      this.logger.warn({ message: 'Could not purge deleted images.', err: error });
    }
  }
}
