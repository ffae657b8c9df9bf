import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DeletedImageRepository } from './ports/deleted-image.repository.js';

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
    @Inject(DELETED_RETENTION_SECONDS) private readonly retentionSeconds: number,
  ) {}

  /** @returns how many were erased */
  async execute(): Promise<number> {
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
    this.running = this.executeQuietly();
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
