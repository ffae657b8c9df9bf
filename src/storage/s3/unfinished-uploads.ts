import {
  ListMultipartUploadsCommand,
  type MultipartUpload as FoundUpload,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isImageDataKey } from '../../images/application/image-data-key.js';
import type { ListedData } from '../../images/application/ports/image-data-store.js';
import { discardUpload, type MultipartUpload } from './multipart-upload.js';
import { isNotSupported } from './s3-errors.js';

/**
 * Multipart uploads that nobody has completed: this process's own, which it knows, and those of others,
 * running or killed, which the store is asked for. Some look-alikes cannot say; there only the own ones end.
 */
export class UnfinishedUploads {
  private readonly ownByKey = new Map<string, MultipartUpload>();

  constructor(
    private readonly client: S3Client,
    private readonly place: { readonly bucket: string; readonly prefix: string },
  ) {}

  add(key: string, upload: MultipartUpload): void {
    this.ownByKey.set(key, upload);
  }

  remove(key: string): void {
    this.ownByKey.delete(key);
  }

  /** Ends every upload of the key; its writer fails at the next part. */
  async discard(key: string): Promise<void> {
    await this.ownByKey.get(key)?.discard();
    this.ownByKey.delete(key);
    const name = { Bucket: this.place.bucket, Key: `${this.place.prefix}${key}` };
    for await (const { Key, UploadId } of this.found(name.Key)) {
      if (Key === name.Key && UploadId !== undefined) {
        await discardUpload(this.client, name, UploadId);
      }
    }
  }

  async *list(): AsyncIterable<ListedData> {
    const own = new Map(this.ownByKey);
    for (const [key, { startedAt }] of own) yield unfinished(key, startedAt);
    for await (const { Key = '', Initiated = new Date(0) } of this.found(this.place.prefix)) {
      const key = Key.slice(this.place.prefix.length);
      if (isImageDataKey(key) && !own.has(key)) yield unfinished(key, Initiated);
    }
  }

  private async *found(prefix: string): AsyncIterable<FoundUpload> {
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await this.page(prefix, markers);
      yield* page?.Uploads ?? [];
      if (page?.IsTruncated !== true) return;
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  private async page(prefix: string, markers: object) {
    try {
      return await this.client.send(
        new ListMultipartUploadsCommand({ Bucket: this.place.bucket, Prefix: prefix, ...markers }),
      );
    } catch (error) {
      if (isNotSupported(error)) return null;
      throw error;
    }
  }
}

function unfinished(key: string, modifiedAt: Date): ListedData {
  return { key, bytes: 0n, modifiedAt, isComplete: false };
}
