import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AuditImageData } from './audit-image-data.js';
import { IMPORT_SETTINGS, type ImportSettings } from './imports/import-settings.js';
import { ImageDataRepository } from './ports/image-data.repository.js';
import { RemoveImageData } from './remove-image-data.js';
import { LEASE_SECONDS } from './running-uploads.js';

const SWEEP_MS = 10_000;
const AUDIT_MS = 6 * 60 * 60 * 1000;

/**
 * Finishes what others could not: gives up uploads whose process died, removes what is queued for
 * removal, and compares stores with records. Runs on every replica; they share the work.
 */
@Injectable()
export class SweepImageData implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SweepImageData.name);
  private timers: NodeJS.Timeout[] = [];
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
    @Inject(AuditImageData) private readonly audit: AuditImageData,
    @Inject(IMPORT_SETTINGS) private readonly imports: ImportSettings,
  ) {}

  async execute(): Promise<void> {
    const abandoned = await this.repository.abandonExpiredUploads(LEASE_SECONDS);
    if (abandoned.length > 0) {
      this.logger.warn({ message: 'Gave up uploads whose process is gone.', images: abandoned });
    }
    const { stagedRetentionSeconds } = this.imports;
    const expired = await this.repository.expireStagedData(stagedRetentionSeconds);
    if (expired.length > 0) {
      this.logger.log({ message: 'Dropped staged data that was not imported.', images: expired });
    }
    await this.removeData.execute();
  }

  onApplicationBootstrap(): void {
    this.timers = [
      setInterval(() => this.inBackground(() => this.execute()), SWEEP_MS).unref(),
      setInterval(() => this.inBackground(() => this.audit.executeAndReport()), AUDIT_MS).unref(),
    ];
    this.inBackground(() => this.execute());
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
  }

  /** One after the other: what takes long is not started twice. */
  private inBackground(work: () => Promise<unknown>): void {
    this.running = this.running.then(work).then(
      () => undefined,
      (error: unknown) => {
        // A database or store that is away now will be there at one of the next turns.
        this.logger.warn({ message: 'Could not tidy up image data.', err: error });
      },
    );
  }
}
