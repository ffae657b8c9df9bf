import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../../kernel/principal.js';
import { ImageDeletedMeanwhile, UploadLeaseLost } from '../../domain/image-data.errors.js';
import { UploadOffsetDiffers, UploadTooLong } from '../../domain/resumable-upload.errors.js';
import { ImportQueue } from '../imports/import-queue.js';
import type { LeaseState } from '../ports/image-data.repository.js';
import type { NewImport } from '../ports/image-import.repository.js';
import {
  ResumableUploadRepository,
  type StoredPart,
  type WriterLease,
} from '../ports/resumable-upload.repository.js';
import { LEASE_SECONDS, whileHeld } from '../while-held.js';
import { ShowUpload, type OpenUpload } from './show-upload.js';
import { UploadArea } from './upload-area.js';
import { UploadParts, partBytesOf } from './upload-parts.js';

const REASONS = { 'image-deleted': ImageDeletedMeanwhile, lost: UploadLeaseLost } as const;

export interface ContinueUploadCommand {
  readonly imageId: string;
  readonly uploadId: string;
  /** Where the client thinks the upload is. */
  readonly offset: bigint;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly declaredBytes: bigint | null;
  readonly requestId: string;
}

interface Continuation extends OpenUpload {
  readonly lease: WriterLease;
  readonly task: NewImport;
}

/**
 * Brings further bytes to an upload, part by part; what has come is kept, however the request ends. With the last
 * byte it becomes an import from the staging area like any other, which measures, inspects and counts what came.
 */
@Injectable()
export class ContinueUpload {
  private readonly logger = new Logger(ContinueUpload.name);

  constructor(
    @Inject(ShowUpload) private readonly show: ShowUpload,
    @Inject(ResumableUploadRepository) private readonly uploads: ResumableUploadRepository,
    @Inject(UploadArea) private readonly area: UploadArea,
    @Inject(ImportQueue) private readonly queue: ImportQueue,
  ) {}

  /**
   * @returns where the upload is now
   * @throws ImageNotFound, ImageNotOwned, UploadNotFound, UploadOffsetDiffers, UploadBusy, UploadTooLong
   * @throws ImportConflict, FormatsUnsetForImport, ImageBytesExceeded, ImageDeletedMeanwhile, UploadLeaseLost
   * @throws StoreFull, Unavailable, or what the source throws
   */
  async execute(command: ContinueUploadCommand, principal: Principal): Promise<bigint> {
    const { imageId, uploadId, offset, declaredBytes } = command;
    const upload = await this.show.execute(imageId, uploadId, principal);
    const { state, image } = upload;
    if (state.offset !== offset) throw new UploadOffsetDiffers(state.offset);
    if (offset + (declaredBytes ?? 0n) > state.bytes) throw new UploadTooLong(state.bytes);
    if (state.expiresAt === null) return offset;
    image.requireImportable('glance-direct');
    const lease = { ...upload.id, writerId: randomUUID() };
    await this.uploads.claim(lease, offset, LEASE_SECONDS);
    const held = {
      renew: () => this.uploads.renew(lease),
      reasonToStop: (lost: Exclude<LeaseState, 'held'>) => new REASONS[lost](),
      logger: this.logger,
    };
    const task = this.taskOf(upload, command.requestId, principal);
    const parts = new UploadParts(command.chunks);
    try {
      const work = (signal: AbortSignal) => this.append({ ...upload, lease, task }, parts, signal);
      return await whileHeld(held, work);
    } finally {
      await parts.close();
      await this.release(lease);
    }
  }

  private async append(
    continuation: Continuation,
    parts: UploadParts,
    signal: AbortSignal,
  ): Promise<bigint> {
    const { lease, state, task } = continuation;
    let { offset } = state;
    while (offset < state.bytes && (await parts.hasMore())) {
      const part = await this.store(continuation, { parts, offset, signal });
      offset += part.size;
      if (offset < state.bytes) await this.uploads.keepPart(lease, part);
      else if (await parts.hasMore()) throw new UploadTooLong(state.bytes);
      else await this.queue.addBy((quotas) => this.uploads.finish(lease, { part, task }, quotas));
    }
    if (parts.failure !== null && offset < state.bytes) throw parts.failure.reason;
    return offset;
  }

  private async store(
    { lease, state }: Continuation,
    from: { readonly parts: UploadParts; readonly offset: bigint; readonly signal: AbortSignal },
  ): Promise<StoredPart> {
    const { parts, offset: start, signal } = from;
    const place = this.area.newPlace(lease.imageId);
    await this.uploads.openPart(lease, place);
    const missing = state.bytes - start;
    const partBytes = partBytesOf(state.bytes);
    const chunks = parts.next(missing < partBytes ? missing : partBytes);
    const terms = { signal, quotaBytes: null, quotaExceeded: () => new UploadTooLong(state.bytes) };
    return this.area.write(place, { start, chunks }, terms);
  }

  private taskOf({ id, state }: OpenUpload, requestId: string, principal: Principal): NewImport {
    const { userId, tenantId: owner } = principal;
    const { targetStoreIds: storeIds } = state;
    return {
      id: id.uploadId,
      type: 'api_image_import',
      imageId: id.imageId,
      owner,
      userId,
      requestId,
      input: { import_req: { method: { name: 'glance-direct' } } },
      plan: { method: 'glance-direct', uri: null, storeIds, mustAllSucceed: true },
    };
  }

  private async release(lease: WriterLease): Promise<void> {
    try {
      await this.uploads.release(lease);
    } catch (error) {
      // The lease expires by itself.
      this.logger.warn({ message: 'Could not release an upload.', err: error });
    }
  }
}
