import { Inject, Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { originAsText } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import type {
  DataPlace,
  DataQuotas,
  LeaseState,
} from '../application/ports/image-data.repository.js';
import type { NewImport } from '../application/ports/image-import.repository.js';
import {
  ResumableUploadRepository,
  type NewResumableUpload,
  type ResumableUploadId,
  type ResumableUploadState,
  type StoredPart,
  type WriterLease,
} from '../application/ports/resumable-upload.repository.js';
import {
  ImageDeletedMeanwhile,
  UploadConflict,
  UploadCountExceeded,
  UploadLeaseLost,
} from '../domain/image-data.errors.js';
import { FormatsUnsetForImport } from '../domain/image-import.errors.js';
import { ImageNotFound } from '../domain/image.errors.js';
import {
  UploadBusy,
  UploadNotFound,
  UploadOffsetDiffers,
} from '../domain/resumable-upload.errors.js';
import { beginImport } from './begin-import.js';
import { ABANDON_IDLE } from './image-data.sql.js';
import { lockImage } from './import-changes.js';
import * as sql from './resumable-upload.sql.js';
import { requireRoom, roomOf } from './tenant-room.js';

type Transaction = Prisma.TransactionClient;

/** {@link ResumableUploadRepository} on PostgreSQL. Locks are taken in one order: image, upload, tenant. */
@Injectable()
export class SqlResumableUploadRepository extends ResumableUploadRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  begin(request: NewResumableUpload, quotas: DataQuotas): Promise<void> {
    const { imageId, uploadId, bytes, place, targetStoreIds } = request;
    return this.inTransaction(async (transaction) => {
      const image = await lockImage(transaction, imageId);
      if (image === null || image.isDeleted) throw new ImageNotFound();
      if (image.status !== 'queued') throw new UploadConflict(image.status);
      for (const kind of ['staging', 'saving'] as const) {
        const room = await roomOf(transaction, image.owner, quotas, { kind });
        if (room.uploads <= 0) throw new UploadCountExceeded(quotas.uploads);
        requireRoom(room, bytes, kind);
      }
      await transaction.$executeRaw`
        UPDATE images SET status = 'uploading', version = version + 1, updated_at = greatest(updated_at, now())
        WHERE id = ${imageId}::uuid`;
      await transaction.imageUpload.create({
        data: {
          ...place,
          imageId,
          uploadId,
          kind: 'resumable',
          reservedBytes: bytes,
          targetStoreIds: [...targetStoreIds],
        },
      });
    });
  }

  async find(
    { imageId, uploadId }: ResumableUploadId,
    idleSeconds: number,
  ): Promise<ResumableUploadState | null> {
    const [row] = await this.database.read<sql.UploadRow>({
      name: 'find-resumable-upload',
      text: sql.FIND,
      values: [imageId, uploadId, idleSeconds],
    });
    if (row === undefined) return null;
    const { offset, bytes, targets: targetStoreIds, expires_at: expiresAt } = row;
    return { offset, bytes, targetStoreIds, expiresAt };
  }

  claim(
    { imageId, uploadId, writerId }: WriterLease,
    offset: bigint,
    leaseSeconds: number,
  ): Promise<void> {
    return this.inTransaction(async (transaction) => {
      const [upload] = await transaction.$queryRawUnsafe<{ busy: boolean }[]>(
        sql.LOCK,
        imageId,
        uploadId,
        leaseSeconds,
      );
      if (upload === undefined) throw new UploadNotFound();
      if (upload.busy) throw new UploadBusy();
      // A statement of its own: it sees what the writer that was waited for has stored.
      const [stored] = await transaction.$queryRawUnsafe<{ offset: bigint }[]>(
        sql.READ_OFFSET,
        imageId,
      );
      if (stored?.offset !== offset) throw new UploadOffsetDiffers(stored?.offset ?? 0n);
      await transaction.$executeRaw`
        UPDATE image_uploads SET writer_id = ${writerId}::uuid, heartbeat_at = now()
        WHERE image_id = ${imageId}::uuid`;
    });
  }

  async renew({ imageId, uploadId, writerId }: WriterLease): Promise<LeaseState> {
    const [row] = await this.database.execute<{ deleted: boolean }>({
      name: 'renew-upload-writer',
      text: sql.RENEW_WRITER,
      values: [imageId, uploadId, writerId],
    });
    if (row === undefined) return 'lost';
    return row.deleted ? 'image-deleted' : 'held';
  }

  async openPart({ imageId, uploadId, writerId }: WriterLease, place: DataPlace): Promise<void> {
    const rows = await this.database.execute({
      name: 'open-upload-part',
      text: sql.OPEN_PART,
      values: [imageId, uploadId, writerId, place.storeId, place.key],
    });
    if (rows.length === 0) throw new UploadLeaseLost();
  }

  keepPart(lease: WriterLease, part: StoredPart): Promise<void> {
    return this.inTransaction((transaction) => keep(transaction, lease, part));
  }

  finish(
    lease: WriterLease,
    { part, task }: { readonly part: StoredPart; readonly task: NewImport },
    quotas: DataQuotas,
  ): Promise<void> {
    const { imageId } = lease;
    return this.inTransaction(async (transaction) => {
      const image = await lockImage(transaction, imageId);
      if (image === null) throw new UploadLeaseLost();
      await keep(transaction, lease, part);
      if (image.isDeleted) throw new ImageDeletedMeanwhile();
      if (image.diskFormat === null || image.containerFormat === null) {
        throw new FormatsUnsetForImport();
      }
      await transaction.imageUpload.delete({ where: { imageId } });
      await transaction.$executeRaw`
        UPDATE images SET size = ${part.start + part.size}, version = version + 1, updated_at = greatest(updated_at, now())
        WHERE id = ${imageId}::uuid`;
      await beginImport(transaction, task, quotas);
    });
  }

  async release({ imageId, uploadId, writerId }: WriterLease): Promise<void> {
    await this.database.execute({
      name: 'release-upload-writer',
      text: sql.RELEASE,
      values: [imageId, uploadId, writerId],
    });
  }

  async abandonIdle(idleSeconds: number, leaseSeconds: number): Promise<readonly string[]> {
    const rows = await this.database.execute<{ id: string }>({
      name: 'abandon-idle-uploads',
      text: ABANDON_IDLE,
      values: [idleSeconds, leaseSeconds, originAsText()],
    });
    return rows.map(({ id }) => id);
  }

  private inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.database.write((prisma) => prisma.$transaction(work));
  }
}

async function keep(
  transaction: Transaction,
  { imageId, uploadId, writerId }: WriterLease,
  part: StoredPart,
): Promise<void> {
  const count = await transaction.$executeRaw`
    UPDATE image_uploads SET heartbeat_at = now()
    WHERE image_id = ${imageId}::uuid AND upload_id = ${uploadId}::uuid AND writer_id = ${writerId}::uuid`;
  if (count === 0) throw new UploadLeaseLost();
  await transaction.imageUploadPart.create({ data: { imageId, ...part } });
}
