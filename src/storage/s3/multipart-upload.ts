import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inParts } from '../in-parts.js';
import { ImageDataDiscarded } from '../../images/domain/image-data.errors.js';
import { isNoSuchUpload, isNotSupported } from './s3-errors.js';

/** Parts on their way while the next one fills: memory is three parts. */
const PARTS_UNDERWAY = 2;

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/** One object written in parts, none of which can be seen before the last. */
export class MultipartUpload {
  readonly startedAt = new Date();
  private readonly cancellation = new AbortController();
  private readonly completed: CompletedPart[] = [];
  private readonly underway = new Set<Promise<void>>();
  /** Set when completion is asked for: its answer may get lost after it took effect. */
  mayBeVisible = false;

  private constructor(
    private readonly client: S3Client,
    private readonly name: ObjectName,
    private readonly uploadId: string,
  ) {}

  static async start(client: S3Client, name: ObjectName): Promise<MultipartUpload> {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(name));
    if (UploadId === undefined) throw new Error('The store began an upload without an id.');
    return new MultipartUpload(client, name, UploadId);
  }

  /** Sends everything; nothing is visible yet. */
  async send(source: AsyncIterable<Uint8Array>, expectedSize: bigint): Promise<void> {
    let number = 0;
    for await (const part of inParts(source, expectedSize)) {
      number += 1;
      this.requireLive();
      this.sendPart(number, part);
      // Waits for any of them, and hears of the first that fails.
      if (this.underway.size >= PARTS_UNDERWAY) await Promise.race(this.underway);
    }
    await Promise.all(this.underway);
  }

  /** Makes the object visible as a whole. */
  async complete(): Promise<void> {
    this.requireLive();
    this.mayBeVisible = true;
    if (this.completed.length === 0) {
      // Not every server takes an upload without parts, or with an empty one.
      await discardUpload(this.client, this.name, this.uploadId);
      await this.client.send(new PutObjectCommand({ ...this.name, Body: Buffer.alloc(0) }));
      return;
    }
    const Parts = this.completed.toSorted((a, b) => Number(a.PartNumber) - Number(b.PartNumber));
    const MultipartUpload = { Parts };
    await this.client.send(
      new CompleteMultipartUploadCommand({
        ...this.name,
        UploadId: this.uploadId,
        MultipartUpload,
      }),
    );
  }

  /** Ends the upload for good and frees its parts; fine if it has ended already. */
  async discard(): Promise<void> {
    this.cancellation.abort();
    // A part that arrives after the abort would stay for ever.
    await Promise.allSettled(this.underway);
    await discardUpload(this.client, this.name, this.uploadId);
  }

  private requireLive(): void {
    if (this.cancellation.signal.aborted) throw new ImageDataDiscarded();
  }

  private sendPart(PartNumber: number, Body: Uint8Array): void {
    const upload = async (): Promise<void> => {
      const { ETag } = await this.client.send(
        new UploadPartCommand({ ...this.name, UploadId: this.uploadId, PartNumber, Body }),
        { abortSignal: this.cancellation.signal },
      );
      this.completed.push({ PartNumber, ETag });
      this.underway.delete(sending);
    };
    const sending = upload();
    this.underway.add(sending);
    // Heard when the next part is ready or all are sent; until then it must not count as unhandled.
    sending.catch(() => undefined);
  }
}

export async function discardUpload(
  client: S3Client,
  name: ObjectName,
  UploadId: string,
): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ ...name, UploadId }));
  } catch (error) {
    if (!isNoSuchUpload(error) && !isNotSupported(error)) throw error;
  }
}
