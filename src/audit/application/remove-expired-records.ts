import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuditRepository } from './ports/audit.repository.js';

/** Injection token: how long records are kept, in seconds; 0 is for ever. */
export const AUDIT_RETENTION_SECONDS = Symbol('AUDIT_RETENTION_SECONDS');

const INTERVAL_MS = 10 * 60 * 1000;
const BATCH = 1000;

/** Removes records when their retention is over: once at start and then every ten minutes, one replica at a time. */
@Injectable()
export class RemoveExpiredRecords implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RemoveExpiredRecords.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    @Inject(AuditRepository) private readonly records: AuditRepository,
    @Inject(AUDIT_RETENTION_SECONDS) private readonly retentionSeconds: number,
  ) {}

  /** @returns how many were removed */
  async execute(): Promise<number> {
    let removed = 0;
    while (!this.isStopping && this.retentionSeconds > 0) {
      const count = await this.records.removeExpired(this.retentionSeconds, BATCH);
      removed += count;
      if (count < BATCH) break;
    }
    return removed;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.runInBackground(), INTERVAL_MS).unref();
    this.runInBackground();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.running;
  }

  private runInBackground(): void {
    this.running = this.running.then(() => this.executeQuietly());
  }

  private async executeQuietly(): Promise<void> {
    try {
      const removed = await this.execute();
      if (removed > 0) this.logger.log(`Removed ${removed} audit records past their retention.`);
    } catch (error) {
      // A database that is away now will be there at one of the next turns.
      this.logger.warn({ message: 'Could not remove old audit records.', err: error });
    }
  }
}
