import { Inject, Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
import { Database } from '../../platform/database/database.js';
import type { DataPlace, DataQuotas } from '../application/ports/image-data.repository.js';
import {
  ImageImportRepository,
  type ImportFailure,
  type ImportOutcome,
  type NewImport,
  type StagedData,
} from '../application/ports/image-import.repository.js';
import type { TaskLease } from '../application/ports/task-queue.js';
import { ImageDeletedMeanwhile } from '../domain/image-data.errors.js';
import {
  FormatsChangedMeanwhile,
  ImportLocked,
  TaskLeaseLost,
} from '../domain/image-import.errors.js';
import { storeList, storesOf } from '../domain/image-import.js';
import { ImageNotFound } from '../domain/image.errors.js';
import { activate } from './activate-image.js';
import { beginImport } from './begin-import.js';
import * as changes from './import-changes.js';
import { QUEUE_FORSAKEN } from './image-task.sql.js';
import { requireRoom, roomOf } from './tenant-room.js';

type Transaction = Prisma.TransactionClient;

/**
 * {@link ImageImportRepository} on PostgreSQL. Locks are taken in one order: image, task, tenant.
 */
@Injectable()
export class SqlImageImportRepository extends ImageImportRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  async begin(request: NewImport, quotas: DataQuotas): Promise<void> {
    try {
      await this.inTransaction((transaction) => beginImport(transaction, request, quotas));
    } catch (error) {
      if (error instanceof UniqueViolation) throw new ImportLocked();
      throw error;
    }
  }

  async stagedData(imageId: string): Promise<readonly StagedData[]> {
    const rows = await this.database.read<{
      store_id: string;
      key: string;
      size: bigint;
      checksum: string;
    }>({
      name: 'staged-data',
      text: `SELECT 0 AS start, store_id, key, size, checksum FROM image_staged_data WHERE image_id = $1::uuid
        UNION ALL SELECT start, store_id, key, size, checksum FROM image_upload_parts WHERE image_id = $1::uuid
        ORDER BY start`,
      values: [imageId],
    });
    return rows.map(({ store_id: storeId, key, size, checksum }) => ({
      storeId,
      key,
      size,
      checksum,
    }));
  }

  roomFor(imageId: string, quotas: DataQuotas): Promise<bigint | null> {
    return this.inTransaction(async (transaction) => {
      const image = await changes.lockImage(transaction, imageId);
      if (image === null) throw new ImageNotFound();
      const own = image.size ?? 0n;
      return (await roomOf(transaction, image.owner, quotas, { kind: 'saving', own })).bytes;
    });
  }

  openPlace(lease: TaskLease, { storeId, key }: DataPlace): Promise<void> {
    return this.inTransaction(async (transaction) => {
      if (!(await changes.lockTask(transaction, lease))) throw new TaskLeaseLost();
      const { imageId } = lease;
      await transaction.imageLocation.create({
        data: { imageId, storeId, key, url: '', status: 'pending' },
      });
    });
  }

  noteStoreDone(lease: TaskLease, storeId: string): Promise<void> {
    return this.inTransaction(async (transaction) => {
      const image = await changes.lockImage(transaction, lease.imageId);
      if (image === null || !(await changes.lockTask(transaction, lease))) return;
      const others = storesOf(image.importing).filter((other) => other !== storeId);
      await changes.setProgress(transaction, lease.imageId, {
        importing: storeList(others),
        failed: image.failed ?? '',
        taskId: lease.taskId,
      });
    });
  }

  complete(lease: TaskLease, outcome: ImportOutcome, quotas: DataQuotas): Promise<void> {
    const { imageId } = lease;
    return this.inTransaction(async (transaction) => {
      const image = await changes.lockImage(transaction, imageId);
      if (image === null || !(await changes.lockTask(transaction, lease))) {
        throw new TaskLeaseLost();
      }
      if (image.isDeleted) throw new ImageDeletedMeanwhile();
      const { copies, failedStoreIds, findings } = outcome;
      if (findings !== null) {
        await settleFormats(transaction, { imageId, image }, outcome);
        const room = { kind: 'saving', own: image.size ?? 0n } as const;
        requireRoom(await roomOf(transaction, image.owner, quotas, room), findings.size, 'saving');
      }
      await changes.keepCopies(transaction, imageId, copies);
      await changes.dropPlaces(transaction, imageId);
      if (findings !== null) {
        await changes.dropStaged(transaction, imageId);
        await activate(transaction, imageId, findings);
      }
      if (image.importing !== null) {
        const storedIn = new Set(copies.map(({ storeId }) => storeId));
        const failed = storesOf(image.failed).filter((storeId) => !storedIn.has(storeId));
        await changes.setProgress(transaction, imageId, {
          importing: '',
          failed: storeList([...failed, ...failedStoreIds]),
          taskId: null,
        });
      }
      await changes.endTask(transaction, lease, {
        status: 'success',
        message: '',
        progress: outcome.progress,
      });
    });
  }

  fail(lease: TaskLease, { reason, failedStoreIds, progress }: ImportFailure): Promise<boolean> {
    const { imageId } = lease;
    return this.inTransaction(async (transaction) => {
      const image = await changes.lockImage(transaction, imageId);
      if (image === null || !(await changes.lockTask(transaction, lease))) return false;
      await changes.dropPlaces(transaction, imageId);
      if (image.status === 'importing') {
        await changes.dropStaged(transaction, imageId);
        await changes.queueAgain(transaction, imageId);
      }
      if (failedStoreIds.length > 0) {
        await changes.setProgress(transaction, imageId, {
          importing: '',
          failed: storeList([...storesOf(image.failed), ...failedStoreIds]),
          taskId: null,
        });
      }
      await changes.endTask(transaction, lease, { status: 'failure', message: reason, progress });
      return true;
    });
  }

  async queueForsaken(): Promise<readonly string[]> {
    const rows = await this.database.execute<{ id: string }>({
      name: 'queue-forsaken-images',
      text: QUEUE_FORSAKEN,
      values: [],
    });
    return rows.map(({ id }) => id);
  }

  private inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.database.write((prisma) => prisma.$transaction(work));
  }
}

/** @throws FormatsChangedMeanwhile unless they are taken over with the data */
async function settleFormats(
  transaction: Transaction,
  { imageId, image }: { readonly imageId: string; readonly image: changes.LockedImage },
  { formats, takenOver }: ImportOutcome,
): Promise<void> {
  if (takenOver !== null) return changes.takeOver(transaction, imageId, takenOver);
  const { diskFormat, containerFormat } = formats;
  if (image.diskFormat !== diskFormat || image.containerFormat !== containerFormat) {
    throw new FormatsChangedMeanwhile();
  }
}
