import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DataHashRepository } from '../application/ports/data-hash.repository.js';
import type { DataFindings } from '../application/ports/image-data.repository.js';
import type { TaskLease, TaskProgress } from '../application/ports/task-queue.js';
import { ImageDeletedMeanwhile } from '../domain/image-data.errors.js';
import { TaskLeaseLost } from '../domain/image-import.errors.js';
import { endTask, lockImage, lockTask } from './import-changes.js';

/** {@link DataHashRepository} on PostgreSQL. Locks are taken in one order: image, task. */
@Injectable()
export class SqlDataHashRepository extends DataHashRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async complete(lease: TaskLease, findings: DataFindings, progress: TaskProgress): Promise<void> {
    const { imageId } = lease;
    const { size, checksum, hashAlgorithm, hashValue } = findings;
    await this.database.write((prisma) =>
      prisma.$transaction(async (transaction) => {
        const image = await lockImage(transaction, imageId);
        if (image === null || !(await lockTask(transaction, lease))) throw new TaskLeaseLost();
        if (image.isDeleted) throw new ImageDeletedMeanwhile();
        await transaction.$executeRaw`
          UPDATE images SET size = coalesce(size, ${size}), checksum = coalesce(checksum, ${checksum}),
            os_hash_algo = coalesce(os_hash_algo, ${hashAlgorithm}), os_hash_value = coalesce(os_hash_value, ${hashValue}),
            version = version + 1, updated_at = greatest(updated_at, now())
          WHERE id = ${imageId}::uuid AND status IN ('active', 'deactivated')`;
        await endTask(transaction, lease, { status: 'success', message: '', progress });
      }),
    );
  }
}
