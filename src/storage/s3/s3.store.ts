import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type GetObjectCommandOutput,
  type _Object as FoundObject,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Readable } from 'node:stream';
import { isImageDataKey } from '../../images/application/image-data-key.js';
import {
  ImageDataStore,
  type DataFacts,
  type DataRange,
  type ListedData,
  type Presigning,
  type WriteOptions,
  type WrittenData,
} from '../../images/application/ports/image-data-store.js';
import { ImageDataExists, ImageDataMissing } from '../../images/domain/image-data.errors.js';
import { requireDataKey } from '../data-key.js';
import { writeGuarded, type GuardedSource } from '../guarded-source.js';
import { MultipartUpload } from './multipart-upload.js';
import { createS3Client, type S3Settings } from './s3-client.js';
import { isMissing, s3Failure } from './s3-errors.js';
import { UnfinishedUploads } from './unfinished-uploads.js';

/** One object per key in a bucket. Everything is a multipart upload, so that a delete can end it half-way. */
export class S3Store extends ImageDataStore implements Presigning {
  private readonly client: S3Client;
  private readonly unfinished: UnfinishedUploads;

  constructor(private readonly settings: S3Settings) {
    super();
    this.client = createS3Client(settings);
    this.unfinished = new UnfinishedUploads(this.client, settings);
  }

  async write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<WrittenData> {
    requireDataKey(key);
    const writing = { source, signal: options.signal, failureOf: s3Failure };
    return writeGuarded(writing, async (guarded) => {
      if ((await this.stat(key)) !== null) throw new ImageDataExists();
      await this.upload(key, guarded, options.expectedSize ?? 0n);
      const { bucket, prefix } = this.settings;
      return `s3://${bucket}/${prefix}${key}`;
    });
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    requireDataKey(key);
    try {
      const answer = await this.client.send(
        new GetObjectCommand({ ...this.name(key), ...rangeHeader(range) }),
      );
      return bodyOf(answer, range);
    } catch (error) {
      throw s3Failure(error);
    }
  }

  async stat(key: string): Promise<DataFacts | null> {
    requireDataKey(key);
    try {
      const facts = await this.client.send(new HeadObjectCommand(this.name(key)));
      return factsFrom(facts.ContentLength, facts.LastModified);
    } catch (error) {
      if (isMissing(error)) return null;
      throw s3Failure(error);
    }
  }

  async delete(key: string): Promise<void> {
    requireDataKey(key);
    try {
      // In this order a write that is just being finished cannot slip through between the two.
      await this.unfinished.discard(key);
      await this.client.send(new DeleteObjectCommand(this.name(key)));
    } catch (error) {
      if (!isMissing(error)) throw s3Failure(error);
    }
  }

  async *list(): AsyncIterable<ListedData> {
    try {
      yield* this.unfinished.list();
      for await (const { Key = '', Size, LastModified } of this.objects()) {
        const key = Key.slice(this.settings.prefix.length);
        if (isImageDataKey(key)) yield { ...factsFrom(Size, LastModified), key, isComplete: true };
      }
    } catch (error) {
      throw s3Failure(error);
    }
  }

  presign(key: string, lifetimeSeconds: number): Promise<string> {
    requireDataKey(key);
    return getSignedUrl(
      this.client,
      new GetObjectCommand({
        ...this.name(key),
        ResponseContentType: 'application/octet-stream',
      }),
      { expiresIn: lifetimeSeconds },
    );
  }

  private name(key: string) {
    return { Bucket: this.settings.bucket, Key: `${this.settings.prefix}${key}` };
  }

  private async *objects(): AsyncIterable<FoundObject> {
    const { bucket: Bucket, prefix: Prefix } = this.settings;
    for await (const page of paginateListObjectsV2({ client: this.client }, { Bucket, Prefix })) {
      yield* page.Contents ?? [];
    }
  }

  private async upload(key: string, source: GuardedSource, expectedSize: bigint): Promise<void> {
    const upload = await MultipartUpload.start(this.client, this.name(key));
    this.unfinished.add(key, upload);
    try {
      await upload.send(source, expectedSize);
      await upload.complete();
    } catch (error) {
      await this.undo(key, upload);
      throw error;
    } finally {
      this.unfinished.remove(key);
    }
  }

  /** Best effort under an error that matters more; what stays is listed. */
  private async undo(key: string, upload: MultipartUpload): Promise<void> {
    await upload.discard().catch(() => undefined);
    if (!upload.mayBeVisible) return;
    await this.client.send(new DeleteObjectCommand(this.name(key))).catch(() => undefined);
  }
}

function rangeHeader(range?: DataRange): { readonly Range?: string } {
  if (range === undefined) return {};
  return { Range: `bytes=${range.offset}-${range.offset + range.length - 1n}` };
}

function bodyOf({ Body, ContentLength }: GetObjectCommandOutput, range?: DataRange): Readable {
  if (!(Body instanceof Readable)) throw new Error('The store answered without a stream.');
  if (range !== undefined && BigInt(ContentLength ?? 0) !== range.length) {
    Body.destroy();
    throw new ImageDataMissing();
  }
  return Body;
}

function factsFrom(bytes = 0, modifiedAt = new Date(0)): DataFacts {
  return { bytes: BigInt(bytes), modifiedAt };
}
