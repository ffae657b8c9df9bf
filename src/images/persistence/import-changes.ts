import type { Prisma } from '../../generated/prisma/client.js';
import { originAsText } from '../../platform/database/change-origin.js';
import { activeSpan } from '../../platform/observability/tracing/active-span.js';
import type { NewCopy } from '../application/ports/image-import.repository.js';
import type { TaskLease, TaskProgress } from '../application/ports/task-queue.js';
import {
  FAILED_IMPORT_PROPERTY,
  IMPORTING_TO_STORES_PROPERTY,
  IMPORT_TASK_PROPERTY,
} from '../domain/image-import.js';
import type { RemoteImage } from '../domain/remote-image.js';
import { TASK_RETENTION_HOURS, type NewTask } from '../domain/image-task.js';

type Transaction = Prisma.TransactionClient;

/** What an import looks at, as it is until the transaction ends. */
export interface LockedImage {
  readonly owner: string | null;
  readonly status: string;
  readonly size: bigint | null;
  readonly diskFormat: string | null;
  readonly containerFormat: string | null;
  readonly isDeleted: boolean;
  readonly importing: string | null;
  readonly failed: string | null;
}

/**
 * The image of any status, deleted ones too. Records of what follows name the caller, or in the background whoever
 * asked for the import.
 */
export async function lockImage(
  transaction: Transaction,
  imageId: string,
): Promise<LockedImage | null> {
  const [image] = await transaction.$queryRaw<LockedImage[]>`
    SELECT owner, status, size, disk_format AS "diskFormat", container_format AS "containerFormat",
      deleted_at IS NOT NULL AS "isDeleted", properties ->> ${IMPORTING_TO_STORES_PROPERTY}::text AS importing,
      properties ->> ${FAILED_IMPORT_PROPERTY}::text AS failed,
      set_config('catalog.origin', coalesce(nullif(${originAsText()}, ''), (
        SELECT json_build_object('user_id', t.user_id, 'tenant_id', t.owner, 'request_id', t.request_id)::text
        FROM image_tasks t WHERE t.image_id = images.id AND t.status IN ('pending', 'processing')), ''), true)
    FROM images WHERE id = ${imageId}::uuid AND status <> 'purged' FOR NO KEY UPDATE`;
  return image ?? null;
}

/**
 * Records of what follows name the request that asked for the task: a worker may have been woken by another one.
 * @returns false when the lease is not held any more
 */
export async function lockTask(
  transaction: Transaction,
  { taskId, leaseId }: TaskLease,
): Promise<boolean> {
  const rows = await transaction.$queryRaw<unknown[]>`
    SELECT set_config('catalog.origin', jsonb_build_object('user_id', user_id, 'tenant_id', owner,
        'request_id', request_id)::text, true)
    FROM image_tasks WHERE id = ${taskId}::uuid AND lease_id = ${leaseId}::uuid FOR UPDATE`;
  return rows.length === 1;
}

/** Beside what a task is to do: the trace of the request that asked for it, if there is one. */
export const TRACE = '_trace';

export async function addTask(transaction: Transaction, request: NewTask): Promise<void> {
  const { plan, input, ...fields } = request;
  const trace = activeSpan()?.headers;
  await transaction.imageTask.create({
    data: {
      ...fields,
      input: input as Prisma.InputJsonObject,
      plan: { ...plan, ...(trace && { [TRACE]: trace }) } as Prisma.InputJsonObject,
    },
  });
}

export async function endTask(
  transaction: Transaction,
  { taskId, imageId }: TaskLease,
  end: {
    readonly status: 'success' | 'failure';
    readonly message: string;
    readonly progress: TaskProgress;
  },
): Promise<void> {
  const result = end.status === 'success' ? JSON.stringify({ image_id: imageId }) : null;
  await transaction.$executeRaw`
    UPDATE image_tasks SET status = ${end.status}, message = ${end.message}, result = ${result}::jsonb,
      bytes_done = ${end.progress.bytesDone}, bytes_total = ${end.progress.bytesTotal},
      lease_id = NULL, heartbeat_at = NULL, updated_at = now(),
      expires_at = now() + make_interval(hours => ${TASK_RETENTION_HOURS}::integer)
    WHERE id = ${taskId}::uuid`;
}

/** What everybody who sees the image can follow; without a task the lock is gone. */
export async function setProgress(
  transaction: Transaction,
  imageId: string,
  progress: {
    readonly importing: string;
    readonly failed: string;
    readonly taskId: string | null;
  },
): Promise<void> {
  const properties = JSON.stringify({
    [IMPORTING_TO_STORES_PROPERTY]: progress.importing,
    [FAILED_IMPORT_PROPERTY]: progress.failed,
    ...(progress.taskId !== null && { [IMPORT_TASK_PROPERTY]: progress.taskId }),
  });
  await transaction.$executeRaw`
    UPDATE images SET properties = (properties - ${IMPORT_TASK_PROPERTY}::text) || ${properties}::jsonb,
      version = version + 1, updated_at = greatest(updated_at, now())
    WHERE id = ${imageId}::uuid`;
}

export async function setImporting(transaction: Transaction, imageId: string): Promise<void> {
  await transaction.$executeRaw`UPDATE images SET status = 'importing' WHERE id = ${imageId}::uuid`;
}

/** What the image is in the region that its data comes from. */
export async function takeOver(
  transaction: Transaction,
  imageId: string,
  { diskFormat, containerFormat, properties }: RemoteImage,
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE images SET disk_format = ${diskFormat}, container_format = ${containerFormat},
      properties = properties || ${JSON.stringify(properties)}::jsonb
    WHERE id = ${imageId}::uuid`;
}

export async function queueAgain(transaction: Transaction, imageId: string): Promise<void> {
  await transaction.$executeRaw`
    UPDATE images SET status = 'queued', size = NULL, virtual_size = NULL, checksum = NULL, os_hash_algo = NULL,
      os_hash_value = NULL, version = version + 1, updated_at = greatest(updated_at, now())
    WHERE id = ${imageId}::uuid`;
}

export async function keepCopies(
  transaction: Transaction,
  imageId: string,
  copies: readonly NewCopy[],
): Promise<void> {
  for (const { storeId, key, url } of copies) {
    await transaction.imageLocation.upsert({
      where: { imageId_storeId_key: { imageId, storeId, key } },
      update: { status: 'active', url },
      create: { imageId, storeId, key, url },
    });
  }
}

/** Places of copies that are not the image's: to the removal queue. */
export async function dropPlaces(transaction: Transaction, imageId: string): Promise<void> {
  await transaction.$executeRaw`
    WITH dropped AS (DELETE FROM image_locations WHERE image_id = ${imageId}::uuid AND status = 'pending'
      RETURNING store_id, key)
    INSERT INTO image_data_removals (store_id, key) SELECT store_id, key FROM dropped ON CONFLICT DO NOTHING`;
}

export async function dropStaged(transaction: Transaction, imageId: string): Promise<void> {
  await transaction.$executeRaw`
    WITH dropped AS (DELETE FROM image_staged_data WHERE image_id = ${imageId}::uuid RETURNING store_id, key),
      parts AS (DELETE FROM image_upload_parts WHERE image_id = ${imageId}::uuid RETURNING store_id, key)
    INSERT INTO image_data_removals (store_id, key)
    SELECT store_id, key FROM dropped UNION ALL SELECT store_id, key FROM parts ON CONFLICT DO NOTHING`;
}
