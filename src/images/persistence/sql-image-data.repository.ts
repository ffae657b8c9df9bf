import { Inject, Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { originAsText } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import {
  ImageDataRepository,
  type DataFindings,
  type DataPlace,
  type DataQuotas,
  type ImageLocation,
  type LeaseState,
  type LocationsUpdate,
  type UploadLease,
  type UploadRequest,
} from '../application/ports/image-data.repository.js';
import {
  ImageDeletedMeanwhile,
  LastLocation,
  UploadConflict,
  UploadCountExceeded,
  UploadLeaseLost,
} from '../domain/image-data.errors.js';
import type { ImageStatus } from '../domain/image-status.js';
import { ImageNotFound } from '../domain/image.errors.js';
import { activate } from './activate-image.js';
import * as sql from './image-data.sql.js';
import { addTask } from './import-changes.js';
import { replaceStatement } from './image-replace.sql.js';
import { requireRoom, roomOf } from './tenant-room.js';

type Transaction = Prisma.TransactionClient;

/**
 * {@link ImageDataRepository} on PostgreSQL. Locks are taken in one order, image before tenant, which is also
 * the order of the triggers that count usage.
 */
@Injectable()
export class SqlImageDataRepository extends ImageDataRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  beginUpload(request: UploadRequest, quotas: DataQuotas): Promise<bigint | null> {
    const { imageId, uploadId, storeId, key, reservedBytes, kind } = request;
    return this.inTransaction(async (transaction) => {
      const [image] = await transaction.$queryRaw<{ owner: string | null; status: string }[]>`
        SELECT owner, status, set_config('catalog.origin', ${originAsText()}, true) FROM images
        WHERE id = ${imageId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
      if (image === undefined) throw new ImageNotFound();
      if (image.status !== 'queued') throw new UploadConflict(image.status);
      const room = await roomOf(transaction, image.owner, quotas, { kind });
      if (room.uploads <= 0) throw new UploadCountExceeded(quotas.uploads);
      requireRoom(room, reservedBytes, kind);
      await transaction.$executeRaw`
        UPDATE images SET status = ${STATUS_DURING[kind]}, version = version + 1, updated_at = greatest(updated_at, now())
        WHERE id = ${imageId}::uuid`;
      await transaction.imageUpload.create({
        data: { imageId, uploadId, storeId, key, reservedBytes, kind },
      });
      return room.bytes;
    });
  }

  async renewUpload({ imageId, uploadId }: UploadLease): Promise<LeaseState> {
    const [row] = await this.database.execute<{ deleted: boolean }>({
      name: 'renew-upload',
      text: sql.RENEW,
      values: [imageId, uploadId],
    });
    if (row === undefined) return 'lost';
    return row.deleted ? 'image-deleted' : 'held';
  }

  completeUpload(
    lease: UploadLease,
    { findings, url }: { readonly findings: DataFindings; readonly url: string },
    quotas: DataQuotas,
  ): Promise<void> {
    const { imageId, uploadId, storeId, key, kind } = lease;
    return this.inTransaction(async (transaction) => {
      const [image] = await transaction.$queryRaw<{ owner: string | null; deleted: boolean }[]>`
        SELECT i.owner, i.deleted_at IS NOT NULL AS deleted, set_config('catalog.origin', ${originAsText()}, true)
        FROM images i JOIN image_uploads u ON u.image_id = i.id
        WHERE i.id = ${imageId}::uuid AND u.upload_id = ${uploadId}::uuid
          AND i.status = ${STATUS_DURING[kind]} FOR UPDATE`;
      if (image === undefined) throw new UploadLeaseLost();
      if (image.deleted) throw new ImageDeletedMeanwhile();
      // Without its own reservation: what arrived counts now, not what was declared.
      await transaction.imageUpload.delete({ where: { imageId } });
      requireRoom(await roomOf(transaction, image.owner, quotas, { kind }), findings.size, kind);
      if (kind === 'staging') {
        await keepStaged(transaction, lease, findings);
        return;
      }
      await transaction.imageLocation.create({ data: { imageId, storeId, key, url } });
      await activate(transaction, imageId, findings);
    });
  }

  async abandonUpload({
    imageId,
    uploadId,
  }: Pick<UploadLease, 'imageId' | 'uploadId'>): Promise<boolean> {
    const rows = await this.database.execute({
      name: 'abandon-upload',
      text: sql.ABANDON_ONE,
      values: [imageId, uploadId, originAsText()],
    });
    return rows.length === 1;
  }

  async abandonExpiredUploads(leaseSeconds: number): Promise<readonly string[]> {
    const rows = await this.database.execute<{ id: string }>({
      name: 'abandon-expired-uploads',
      text: sql.ABANDON_EXPIRED,
      values: [leaseSeconds, originAsText()],
    });
    return rows.map(({ id }) => id);
  }

  async expireStagedData(retentionSeconds: number): Promise<readonly string[]> {
    const rows = await this.database.execute<{ id: string }>({
      name: 'expire-staged-data',
      text: sql.EXPIRE_STAGED,
      values: [retentionSeconds],
    });
    return rows.map(({ id }) => id);
  }

  locations(imageId: string): Promise<readonly ImageLocation[]> {
    return this.locationsOf([imageId]);
  }

  async locationsOf(imageIds: readonly string[]): Promise<readonly ImageLocation[]> {
    const rows = await this.database.read<sql.LocationRow>({
      name: 'locations-of-images',
      text: sql.LOCATIONS_OF,
      values: [imageIds],
    });
    return rows.map(toLocation);
  }

  removeLocation(imageId: string, storeId: string): Promise<boolean> {
    return this.inTransaction(async (transaction) => {
      const [image] = await transaction.$queryRaw<{ status: string }[]>`
        SELECT status, set_config('catalog.origin', ${originAsText()}, true) FROM images WHERE id = ${imageId}::uuid AND deleted_at IS NULL FOR NO KEY UPDATE`;
      if (image === undefined) throw new ImageNotFound();
      const all = await transaction.imageLocation.findMany({
        where: { imageId, status: 'active' },
      });
      const doomed = all.filter((location) => location.storeId === storeId);
      if (image.status !== 'active') throw new UploadConflict(image.status);
      if (doomed.length === 0) return false;
      if (doomed.length === all.length) throw new LastLocation();
      await transaction.imageLocation.deleteMany({
        where: { imageId, storeId, status: 'active' },
      });
      await transaction.imageDataRemoval.createMany({
        data: doomed.map(({ key }) => ({ storeId, key })),
        skipDuplicates: true,
      });
      await transaction.$executeRaw`
        UPDATE images SET version = version + 1, updated_at = greatest(updated_at, now())
        WHERE id = ${imageId}::uuid`;
      return true;
    });
  }

  replaceLocations(update: LocationsUpdate, quotas: DataQuotas): Promise<boolean> {
    const { before, after, locations, newBytes, removals, task } = update;
    const { id: imageId, owner } = after.attributes;
    return this.inTransaction(async (transaction) => {
      await transaction.$queryRaw`SELECT 1 FROM images WHERE id = ${imageId}::uuid FOR NO KEY UPDATE`;
      if (newBytes !== null || task !== null) {
        const room = await roomOf(transaction, owner, quotas, { kind: 'saving' });
        if (newBytes !== null) requireRoom(room, newBytes, 'saving');
        if (task !== null && room.uploads <= 0) throw new UploadCountExceeded(quotas.uploads);
      }
      const { text, values } = replaceStatement(before.attributes, after.attributes);
      const written = await transaction.$queryRawUnsafe<unknown[]>(text, ...values);
      if (written.length === 0) return false;
      await transaction.imageLocation.deleteMany({ where: { imageId, status: 'active' } });
      await transaction.imageLocation.createMany({
        data: locations.map(({ metadata, ...location }, position) => ({
          ...location,
          position,
          metadata: metadata as Prisma.InputJsonObject,
        })),
      });
      if (task !== null) await addTask(transaction, task);
      await transaction.imageDataRemoval.createMany({
        data: removals.map(({ storeId, key }) => ({ storeId, key })),
        skipDuplicates: true,
      });
      return true;
    });
  }

  async claimRemovals(batch: number): Promise<readonly DataPlace[]> {
    const rows = await this.database.execute<{ store_id: string; key: string }>({
      name: 'claim-removals',
      text: sql.CLAIM_REMOVALS,
      values: [batch],
    });
    return rows.map((row) => ({ storeId: row.store_id, key: row.key }));
  }

  async confirmRemoval({ storeId, key }: DataPlace): Promise<void> {
    await this.database.write((prisma) =>
      prisma.imageDataRemoval.deleteMany({ where: { storeId, key } }),
    );
  }

  async knownKeys(storeId: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.read<{ key: string }>({
      name: 'known-data-keys',
      text: sql.KNOWN_KEYS,
      values: [storeId, keys],
    });
    return new Set(rows.map(({ key }) => key));
  }

  async queueOrphans(storeId: string, keys: readonly string[]): Promise<readonly string[]> {
    const rows = await this.database.execute<{ key: string }>({
      name: 'queue-orphans',
      text: sql.QUEUE_ORPHANS,
      values: [storeId, keys],
    });
    return rows.map(({ key }) => key);
  }

  async pageOfLocations(
    after: ImageLocation | null,
    limit: number,
  ): Promise<readonly (ImageLocation & { readonly size: bigint | null })[]> {
    const rows = await this.database.read<sql.LocationRow & { readonly size: bigint | null }>({
      name: 'page-of-locations',
      text: sql.PAGE_OF_LOCATIONS,
      values: [after?.imageId ?? null, after?.storeId ?? '', after?.key ?? '', limit],
    });
    return rows.map((row) => ({ ...toLocation(row), size: row.size }));
  }

  private inTransaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.database.write((prisma) => prisma.$transaction(work));
  }
}

const STATUS_DURING = { saving: 'saving', staging: 'uploading' } as const satisfies Record<
  UploadLease['kind'],
  ImageStatus
>;

async function keepStaged(
  transaction: Transaction,
  { imageId, storeId, key }: UploadLease,
  { size, checksum }: DataFindings,
): Promise<void> {
  await transaction.imageStagedData.create({ data: { imageId, storeId, key, size, checksum } });
  await transaction.$executeRaw`
    UPDATE images SET size = ${size}, version = version + 1, updated_at = greatest(updated_at, now())
    WHERE id = ${imageId}::uuid`;
}

const toLocation = (row: sql.LocationRow): ImageLocation => ({
  imageId: row.image_id,
  storeId: row.store_id,
  key: row.key,
  url: row.url,
  metadata: row.metadata,
});
