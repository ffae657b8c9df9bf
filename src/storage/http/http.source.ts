import type { Readable } from 'node:stream';
import { DomainError } from '../../kernel/errors.js';
import {
  ImageDataSource,
  type DataFacts,
  type DataRange,
} from '../../images/application/ports/image-data-store.js';
import { ImageDataMissing } from '../../images/domain/image-data.errors.js';
import type { OutboundClient } from '../../platform/outbound/outbound-client.js';
import { UnusableAnswer } from '../../platform/outbound/outbound.errors.js';

const GONE: ReadonlySet<number> = new Set([404, 410, 416]);
const MAX_BYTES = 2n ** 63n - 1n;

/** Data that stays on other people's web servers. Its keys are URLs, under the rules for all URLs of users. */
export class HttpSource extends ImageDataSource {
  constructor(private readonly client: OutboundClient) {
    super();
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    if (range === undefined) return (await this.open(key, { maxBytes: MAX_BYTES })).body;
    try {
      return (await this.open(key, { maxBytes: MAX_BYTES, range })).body;
    } catch (error) {
      if (range.offset > 0n || statusOf(error) !== 200) throw error;
    }
    return this.readWhole(key, range.length);
  }

  /** From a server that knows no ranges: fine, as long as all is what was asked for. */
  private async readWhole(key: string, length: bigint): Promise<Readable> {
    const { body, bytes } = await this.open(key, { maxBytes: length });
    if (bytes === length) return body;
    body.on('error', () => undefined).destroy();
    throw new ImageDataMissing();
  }

  /** Without a length or a time of its own, data is of no use to a record. */
  async stat(key: string): Promise<DataFacts | null> {
    try {
      const { body, bytes, modifiedAt } = await this.open(key, { maxBytes: MAX_BYTES });
      body.on('error', () => undefined).destroy();
      return bytes === null ? null : { bytes, modifiedAt: modifiedAt ?? new Date(0) };
    } catch (error) {
      if (error instanceof ImageDataMissing) return null;
      throw error;
    }
  }

  private async open(key: string, options: Parameters<OutboundClient['get']>[1]) {
    try {
      return await this.client.get(key, options);
    } catch (error) {
      throw isGone(error) ? new ImageDataMissing(error) : error;
    }
  }
}

/** The server said so; every other trouble may pass. */
const isGone = (error: unknown): boolean => GONE.has(statusOf(error) ?? 0);

/** Of the answer that was of no use, if there was one. */
function statusOf(error: unknown): number | null {
  const cause = error instanceof DomainError ? error.cause : undefined;
  return cause instanceof UnusableAnswer ? cause.status : null;
}
