import type { ImportProgress } from './import-progress.js';
import type { IncomingData } from './incoming-data.js';

/** Data on its way, which knows whether it was the source that failed. */
export class WatchedData {
  hasFailed = false;

  constructor(
    readonly data: IncomingData,
    private readonly progress: ImportProgress,
  ) {
    if (data.declaredBytes !== null) progress.expects(data.declaredBytes);
  }

  readonly chunks: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => this.watch() };

  /** For what was opened and never read. */
  close(): void {
    this.data.chunks.destroy();
  }

  private async *watch(): AsyncGenerator<Uint8Array> {
    const iterator = this.data.chunks[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (;;) {
        const result = await this.next(iterator);
        if (result.done === true) return;
        this.progress.moved(result.value.byteLength);
        yield result.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  private async next(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    try {
      return await iterator.next();
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
  }
}
