import {
  BlobSASPermissions,
  type BlobDownloadResponseParsed,
  type BlobItem,
  type BlockBlobClient,
  type ContainerClient,
} from '@azure/storage-blob';
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
import { createContainerClient, withinTime, type AzureSettings } from './azure-client.js';
import { azureFailure, isExisting, isMissing } from './azure-errors.js';
import { BlockUpload } from './block-upload.js';

const HEADERS_TIMEOUT_MS = 60_000;
/** Of the empty blob that takes the place of uncommitted blocks for a moment. */
const DISCARDED = 'discarded';

/**
 * One block blob per key in a container. Blocks that are not committed cannot be deleted: an empty blob with a mark
 * replaces them, and is deleted. Whoever commits afterwards finds its blocks gone.
 */
export class AzureStore extends ImageDataStore implements Presigning {
  private readonly container: ContainerClient;

  constructor(private readonly settings: AzureSettings) {
    super();
    this.container = createContainerClient(settings);
  }

  async write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions = {},
  ): Promise<WrittenData> {
    requireDataKey(key);
    const writing = { source, signal: options.signal, failureOf: azureFailure };
    return writeGuarded(writing, async (guarded) => {
      if ((await this.stat(key)) !== null) throw new ImageDataExists();
      await this.upload(key, guarded, options.expectedSize ?? 0n);
      const { accountName, container, prefix } = this.settings;
      return `azure://${accountName}/${container}/${prefix}${key}`;
    });
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    requireDataKey(key);
    const opening = new AbortController();
    const timer = setTimeout(() => {
      opening.abort(new Error('The store did not answer in time.'));
    }, HEADERS_TIMEOUT_MS);
    try {
      const answer = await this.blob(key).download(
        Number(range?.offset ?? 0n),
        range && Number(range.length),
        { abortSignal: opening.signal },
      );
      return bodyOf(answer, range);
    } catch (error) {
      throw azureFailure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async stat(key: string): Promise<DataFacts | null> {
    requireDataKey(key);
    try {
      const facts = await this.blob(key).getProperties(withinTime());
      if (DISCARDED in (facts.metadata ?? {})) return null;
      return factsFrom(facts.contentLength, facts.lastModified);
    } catch (error) {
      if (isMissing(error)) return null;
      throw azureFailure(error);
    }
  }

  async delete(key: string): Promise<void> {
    requireDataKey(key);
    const blob = this.blob(key);
    try {
      await this.discardBlocks(blob);
      await blob.deleteIfExists(withinTime());
    } catch (error) {
      if (!isMissing(error)) throw azureFailure(error);
    }
  }

  async *list(): AsyncIterable<ListedData> {
    const { prefix } = this.settings;
    try {
      const options = { prefix, includeUncommitedBlobs: true, includeMetadata: true };
      for await (const item of this.container.listBlobsFlat(options)) {
        const key = item.name.slice(prefix.length);
        if (isImageDataKey(key)) yield await this.listed(key, item);
      }
    } catch (error) {
      throw azureFailure(error);
    }
  }

  presign(key: string, lifetimeSeconds: number): Promise<string> {
    requireDataKey(key);
    return this.blob(key).generateSasUrl({
      permissions: BlobSASPermissions.parse('r'),
      expiresOn: new Date(Date.now() + lifetimeSeconds * 1000),
      contentType: 'application/octet-stream',
    });
  }

  private blob(key: string): BlockBlobClient {
    return this.container.getBlockBlobClient(`${this.settings.prefix}${key}`);
  }

  private async upload(key: string, source: GuardedSource, expectedSize: bigint): Promise<void> {
    const blob = this.blob(key);
    const upload = new BlockUpload(blob);
    try {
      await upload.begin();
      await upload.send(source, expectedSize);
      await upload.complete();
    } catch (error) {
      // Best effort under an error that matters more; what stays is listed.
      await this.undo(blob, upload).catch(() => undefined);
      throw error;
    }
  }

  private async undo(blob: BlockBlobClient, upload: BlockUpload): Promise<void> {
    await upload.settle();
    const isOurs = await this.discardBlocks(blob).catch(() => false);
    if (isOurs || (await upload.isVisible())) await blob.deleteIfExists(withinTime());
  }

  /** @returns false when there is a blob already */
  private async discardBlocks(blob: BlockBlobClient): Promise<boolean> {
    try {
      const conditions = { ifNoneMatch: '*' };
      await blob.commitBlockList([], {
        ...withinTime(),
        conditions,
        metadata: { [DISCARDED]: 'true' },
      });
      return true;
    } catch (error) {
      if (isExisting(error)) return false;
      throw error;
    }
  }

  /** Whether an empty blob is one, or just blocks without a commit, the list does not tell. */
  private async listed(key: string, { properties, metadata = {} }: BlobItem): Promise<ListedData> {
    const { contentLength = 0, lastModified } = properties;
    const isWhole =
      contentLength > 0 || (!(DISCARDED in metadata) && (await this.stat(key)) !== null);
    return { key, ...factsFrom(contentLength, lastModified), isComplete: isWhole };
  }
}

function bodyOf(answer: BlobDownloadResponseParsed, range?: DataRange): Readable {
  const { readableStreamBody: body, contentLength = 0, metadata = {} } = answer;
  if (!(body instanceof Readable)) throw new Error('The store answered without a stream.');
  const isOther = range !== undefined && BigInt(contentLength) !== range.length;
  if (!isOther && !(DISCARDED in metadata)) return body;
  body.destroy();
  throw new ImageDataMissing();
}

/** Without a time it is young: nobody should take it for forgotten. */
function factsFrom(bytes = 0, modifiedAt?: Date): DataFacts {
  return { bytes: BigInt(bytes), modifiedAt: modifiedAt ?? new Date() };
}
