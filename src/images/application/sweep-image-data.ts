import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BackgroundWork } from '../../kernel/background-work.js';
import { AuditImageData } from './audit-image-data.js';
import { SweepImports } from './imports/sweep-imports.js';
import { ImageDataRepository } from './ports/image-data.repository.js';
import { RemoveImageData } from './remove-image-data.js';
import { LEASE_SECONDS } from './while-held.js';

const SWEEP_MS = 10_000;
/** A process that does not live as long as an interval compares all the same. */
const FIRST_AUDIT_MS = 10 * 60 * 1000;

/**
 * Finishes what others could not: gives up uploads whose process died, removes what is queued for
 * removal, and compares stores with records. Runs on every replica; they share the work.
 */
@Injectable()
export class SweepImageData implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SweepImageData.name);
  private readonly background = new BackgroundWork((error) => {
    this.logger.warn({ message: 'Could not tidy up image data.', err: error });
  });

  constructor(
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
    @Inject(AuditImageData) private readonly audit: AuditImageData,
    @Inject(SweepImports) private readonly imports: SweepImports,
  ) {}

  async execute(): Promise<void> {
    const abandoned = await this.repository.abandonExpiredUploads(LEASE_SECONDS);
    if (abandoned.length > 0) {
      this.logger.warn({ message: 'Gave up uploads whose process is gone.', images: abandoned });
    }
    await this.imports.execute();
    await this.removeData.execute();
  }

  /** The rare and the slow: what no lease tells about. */
  async inspect(): Promise<void> {
    await this.imports.queueForsaken();
    await this.audit.executeAndReport();
  }

  onApplicationBootstrap(): void {
    this.background.every(SWEEP_MS, () => this.execute());
    this.background.every(this.audit.intervalMs, () => this.inspect(), FIRST_AUDIT_MS);
    this.background.soon(() => this.execute());
  }

  onApplicationShutdown(): Promise<void> {
    return this.background.stop();
  }
}
