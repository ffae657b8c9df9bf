import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { DataQuotas } from '../ports/image-data.repository.js';
import { ImageImportRepository, type NewImport } from '../ports/image-import.repository.js';
import { IMPORT_SETTINGS, type ImportSettings } from './import-settings.js';
import { ImportWorker } from './import-worker.js';

/** Where imports wait for a worker, of this process or another one. */
@Injectable()
export class ImportQueue {
  constructor(
    @Inject(ImageImportRepository) private readonly imports: ImageImportRepository,
    @Inject(ImportWorker) private readonly worker: ImportWorker,
    @Inject(IMPORT_SETTINGS) private readonly settings: ImportSettings,
  ) {}

  /** @returns the id of the task @throws like {@link ImageImportRepository.begin} */
  async add(request: Omit<NewImport, 'id'>): Promise<string> {
    const id = randomUUID();
    await this.addBy((quotas) => this.imports.begin({ ...request, id }, quotas));
    return id;
  }

  /** For imports that begin in the transaction of something else. @throws what `begin` throws */
  async addBy(begin: (quotas: DataQuotas) => Promise<void>): Promise<void> {
    await begin(this.settings.quotas);
    this.worker.wake();
  }
}
