import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BackgroundWork } from '../../kernel/background-work.js';
import { AuditRepository } from './ports/audit.repository.js';

/** Injection token: how long records are kept, in seconds; 0 is for ever. */
export const AUDIT_RETENTION_SECONDS = Symbol('AUDIT_RETENTION_SECONDS');

const INTERVAL_MS = 10 * 60 * 1000;
const BATCH = 1000;

/** Removes records when their retention is over: once at start and then every ten minutes, one replica at a time. */
@Injectable()
export class RemoveExpiredRecords implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RemoveExpiredRecords.name);
  private readonly background = new BackgroundWork((error) => {
    this.logger.warn({ message: 'Could not remove old audit records.', err: error });
  });

  constructor(
    @Inject(AuditRepository) private readonly records: AuditRepository,
    @Inject(AUDIT_RETENTION_SECONDS) private readonly retentionSeconds: number,
  ) {}

  /** @returns how many were removed */
  async execute(): Promise<number> {
    let removed = 0;
    while (!this.background.isStopping && this.retentionSeconds > 0) {
      const count = await this.records.removeExpired(this.retentionSeconds, BATCH);
      removed += count;
      if (count < BATCH) break;
    }
    return removed;
  }

  onApplicationBootstrap(): void {
    this.background.every(INTERVAL_MS, () => this.executeAndReport());
    this.background.soon(() => this.executeAndReport());
  }

  onApplicationShutdown(): Promise<void> {
    return this.background.stop();
  }

  private async executeAndReport(): Promise<void> {
    const removed = await this.execute();
    if (removed > 0) this.logger.log(`Removed ${removed} audit records past their retention.`);
  }
}
