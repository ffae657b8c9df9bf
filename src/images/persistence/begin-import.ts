import type { Prisma } from '../../generated/prisma/client.js';
import type { DataQuotas } from '../application/ports/image-data.repository.js';
import type { NewImport } from '../application/ports/image-import.repository.js';
import { UploadCountExceeded } from '../domain/image-data.errors.js';
import { ImportConflict, StagingUnfinished } from '../domain/image-import.errors.js';
import { STATUS_BEFORE_IMPORT, storeList, storesOf } from '../domain/image-import.js';
import type { ImportPlan } from '../domain/image-task.js';
import { ImageNotFound } from '../domain/image.errors.js';
import * as changes from './import-changes.js';
import { requireRoom, roomOf } from './tenant-room.js';

type Transaction = Prisma.TransactionClient;

/**
 * Queues the task, takes the import lock and, unless copies are made, sets the image importing.
 * @throws ImageNotFound, ImportConflict, StagingUnfinished, ImageBytesExceeded, UploadCountExceeded
 */
export async function beginImport(
  transaction: Transaction,
  request: NewImport,
  quotas: DataQuotas,
): Promise<void> {
  const { imageId, plan } = request;
  const image = await changes.lockImage(transaction, imageId);
  if (image === null || image.isDeleted) throw new ImageNotFound();
  if (image.status !== STATUS_BEFORE_IMPORT[plan.method]) {
    throw new ImportConflict(plan.method, image.status);
  }
  if (plan.method === 'glance-direct') await requireStaged(transaction, imageId);
  if (plan.method !== 'copy-image') {
    await requireQuotas(transaction, { image, plan }, quotas);
    await changes.setImporting(transaction, imageId);
  }
  await changes.addTask(transaction, request);
  const targets = new Set(plan.storeIds);
  await changes.setProgress(transaction, imageId, {
    importing: storeList(plan.storeIds),
    failed: storeList(storesOf(image.failed).filter((storeId) => !targets.has(storeId))),
    taskId: request.id,
  });
}

/** @throws StagingUnfinished while the bytes are still on their way into the staging area */
async function requireStaged(transaction: Transaction, imageId: string): Promise<void> {
  const [data] = await transaction.$queryRaw<{ staged: boolean }[]>`
    SELECT EXISTS (SELECT FROM image_staged_data WHERE image_id = ${imageId}::uuid)
      OR (EXISTS (SELECT FROM image_upload_parts WHERE image_id = ${imageId}::uuid)
        AND NOT EXISTS (SELECT FROM image_uploads WHERE image_id = ${imageId}::uuid)) AS staged`;
  if (data?.staged !== true) throw new StagingUnfinished();
}

async function requireQuotas(
  transaction: Transaction,
  { image, plan }: { readonly image: changes.LockedImage; readonly plan: ImportPlan },
  quotas: DataQuotas,
): Promise<void> {
  const own = image.size ?? 0n;
  const room = await roomOf(transaction, image.owner, quotas, { kind: 'saving', own });
  const isDownload = plan.method === 'web-download' || plan.method === 'glance-download';
  requireRoom(room, isDownload ? 1n : own, 'saving');
  if (isDownload && room.uploads <= 0) throw new UploadCountExceeded(quotas.uploads);
}
