import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { DomainError } from '../../kernel/errors.js';
import {
  ImageBytesExceeded,
  ImageDeletedMeanwhile,
  StagedBytesExceeded,
  UploadLeaseLost,
} from '../domain/image-data.errors.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './data-settings.js';
import {
  ImageDataRepository,
  type DataFindings,
  type LeaseState,
  type UploadLease,
  type UploadRequest,
} from './ports/image-data.repository.js';
import { RemoveImageData } from './remove-image-data.js';
import { whileHeld } from './while-held.js';

/** What bringing data must respect while it runs. */
export interface UploadTerms {
  /** Aborts when the image or the lease is gone. */
  readonly signal: AbortSignal;
  /** What the tenant's quota leaves for it; null is unlimited. */
  readonly quotaBytes: bigint | null;
  /** What to throw with the first byte beyond it. */
  readonly quotaExceeded: () => DomainError;
}

/** What an upload has stored. */
export interface StoredData {
  readonly findings: DataFindings;
  readonly url: string;
}

const REASONS = { 'image-deleted': ImageDeletedMeanwhile, lost: UploadLeaseLost } as const;
const EXCEEDED = { saving: ImageBytesExceeded, staging: StagedBytesExceeded } as const;

/**
 * Runs uploads under their leases: begins and completes them, renews them meanwhile, stops one whose image or
 * lease is gone, and gives a failed one up, so that the image is queued again and the bytes are removed before
 * the client is answered.
 */
@Injectable()
export class RunningUploads implements OnApplicationShutdown {
  private readonly logger = new Logger(RunningUploads.name);
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    @Inject(ImageDataRepository) private readonly repository: ImageDataRepository,
    @Inject(RemoveImageData) private readonly removeData: RemoveImageData,
    @Inject(IMAGE_DATA_SETTINGS) private readonly settings: ImageDataSettings,
  ) {}

  /**
   * @param store brings the bytes to the place of the request; whatever it throws gives the upload up
   * @throws whatever the repository refuses, and whatever `store` throws
   */
  async run(
    request: UploadRequest,
    store: (terms: UploadTerms) => Promise<StoredData>,
  ): Promise<void> {
    const { quotas } = this.settings;
    const quotaBytes = await this.repository.beginUpload(request, quotas);
    const quotaExceeded = () => new EXCEEDED[request.kind]();
    const upload = this.keep(request, async (signal) => {
      const stored = await store({ signal, quotaBytes, quotaExceeded });
      await this.repository.completeUpload(request, stored, quotas);
    });
    this.running.add(upload);
    try {
      await upload;
    } finally {
      this.running.delete(upload);
    }
  }

  /** Connections are closed by now; what they interrupted is given up before the database goes. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private async keep(lease: UploadLease, work: (signal: AbortSignal) => Promise<void>) {
    const held = {
      renew: () => this.repository.renewUpload(lease),
      reasonToStop: (state: Exclude<LeaseState, 'held'>) => new REASONS[state](),
      logger: this.logger,
    };
    try {
      await whileHeld(held, work);
    } catch (error) {
      await this.abandon(lease);
      throw error;
    }
  }

  private async abandon(lease: UploadLease): Promise<void> {
    try {
      // Not ours to give up any more: the data may be the image's by now.
      if (await this.repository.abandonUpload(lease)) await this.removeData.remove(lease);
    } catch (error) {
      // The lease will expire and another replica, or this one, will do the same.
      this.logger.warn({ message: 'Could not give an upload up.', err: error });
    }
  }
}
