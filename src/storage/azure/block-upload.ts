import type { BlockBlobClient } from '@azure/storage-blob';
import { randomBytes } from 'node:crypto';
import { ImageDataDiscarded } from '../../images/domain/image-data.errors.js';
import { inParts } from '../in-parts.js';
import { withinTime } from './azure-client.js';
import { isExisting } from './azure-errors.js';

/** Blocks on their way while the next one fills: memory is three blocks. */
const BLOCKS_UNDERWAY = 2;
const NUMBER_DIGITS = 6;
/** Tells whose commit it was. */
const ATTEMPT = 'attempt';

/** One blob written in blocks, none of which can be seen before all are committed. */
export class BlockUpload {
  private readonly attempt = randomBytes(8).toString('hex');
  private readonly blocks: string[] = [];
  private readonly underway = new Set<Promise<void>>();

  constructor(private readonly blob: BlockBlobClient) {}

  /** Leaves a mark by which a later deletion is noticed, also before the first block has come together. */
  async begin(): Promise<void> {
    await this.blob.stageBlock(this.mark, Buffer.from('0'), 1, withinTime());
  }

  /** Sends everything; nothing is visible yet. */
  async send(source: AsyncIterable<Uint8Array>, expectedSize: bigint): Promise<void> {
    for await (const part of inParts(source, expectedSize)) {
      this.sendBlock(this.idOf(this.blocks.length), part);
      // Waits for any of them, and hears of the first that fails.
      if (this.underway.size >= BLOCKS_UNDERWAY) await Promise.race(this.underway);
    }
    await Promise.all(this.underway);
  }

  /** Makes the blob visible as a whole. @throws ImageDataDiscarded when it was deleted meanwhile */
  async complete(): Promise<void> {
    const { uncommittedBlocks = [] } = await this.blob.getBlockList('uncommitted', withinTime());
    if (!uncommittedBlocks.some(({ name }) => name === this.mark)) throw new ImageDataDiscarded();
    try {
      await this.blob.commitBlockList(this.blocks, {
        ...withinTime(),
        conditions: { ifNoneMatch: '*' },
        metadata: { [ATTEMPT]: this.attempt },
        blobHTTPHeaders: { blobContentType: 'application/octet-stream' },
      });
    } catch (error) {
      // The answer to the first of several tries may have got lost after it took effect.
      if (!isExisting(error) || !(await this.isVisible())) throw error;
    }
  }

  /** Whether the blob is what this upload has committed. */
  async isVisible(): Promise<boolean> {
    const { metadata = {} } = await this.blob.getProperties(withinTime());
    return metadata[ATTEMPT] === this.attempt;
  }

  /** What is on its way is waited for: a block that arrives after all others are discarded would stay. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.underway);
  }

  private get mark(): string {
    return this.idOf(0, 'mark');
  }

  /** All ids of a blob must have the same length. */
  private idOf(number: number, kind: 'mark' | 'data' = 'data'): string {
    const digits = String(number).padStart(NUMBER_DIGITS, '0');
    return Buffer.from(`${this.attempt}.${kind}.${digits}`).toString('base64');
  }

  private sendBlock(id: string, block: Uint8Array): void {
    this.blocks.push(id);
    const upload = async (): Promise<void> => {
      const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
      // The block is filled no more, so the SDK may send it as it is, several times if need be.
      await this.blob.stageBlock(id, bytes, bytes.length, withinTime());
      this.underway.delete(sending);
    };
    const sending = upload();
    this.underway.add(sending);
    // Heard when the next block is ready or all are sent; until then it must not count as unhandled.
    sending.catch(() => undefined);
  }
}
