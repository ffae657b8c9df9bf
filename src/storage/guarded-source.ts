import { Readable } from 'node:stream';
import type { WrittenData } from '../images/application/ports/image-data-store.js';

const DONE = { done: true, value: undefined } as const;

interface Waiting {
  resolve(result: IteratorResult<Uint8Array, undefined>): void;
  reject(reason: unknown): void;
}

/**
 * The source of a write as a driver should see it: it counts what passes, ends at once when the signal
 * aborts even while the source stalls, and remembers whether a failure came from the source's side.
 */
export class GuardedSource implements AsyncIterableIterator<Uint8Array, undefined> {
  /** Bytes handed over so far. */
  bytes = 0n;
  private readonly iterator: AsyncIterator<Uint8Array>;
  private failure: { readonly reason: unknown } | null = null;
  private isDone = false;
  private waiting: Waiting | null = null;

  constructor(
    private readonly source: AsyncIterable<Uint8Array>,
    private readonly signal?: AbortSignal,
  ) {
    this.iterator = source[Symbol.asyncIterator]();
    if (signal?.aborted === true) this.abort();
    else signal?.addEventListener('abort', this.abort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One at a time, as `for await` calls it. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) {
        reject(this.failure.reason);
        return;
      }
      if (this.isDone) {
        resolve(DONE);
        return;
      }
      // Not Promise.race: it would keep one reaction per chunk alive for as long as the upload lasts.
      this.waiting = { resolve, reject };
      void this.pull();
    });
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.close();
    return Promise.resolve(DONE);
  }

  /** Ends the iteration and, unless it was read to its end, the source. Idempotent. */
  close(): void {
    this.signal?.removeEventListener('abort', this.abort);
    if (this.isDone) return;
    this.isDone = true;
    if (this.source instanceof Readable) this.source.destroy();
    // A stalled generator finishes whenever it can; nobody waits for it, nobody hears its last error.
    else this.iterator.return?.().catch(() => undefined);
  }

  /** What a failed write is to reject with: the abort's reason or the source's own error, else the store's. */
  blame(error: unknown): unknown {
    return this.failure === null ? error : this.failure.reason;
  }

  private async pull(): Promise<void> {
    try {
      this.arrived(await this.iterator.next());
    } catch (error) {
      this.fail(error);
    }
  }

  private arrived(result: IteratorResult<Uint8Array>): void {
    const { waiting } = this;
    if (waiting === null) return;
    this.waiting = null;
    if (result.done === true) {
      this.isDone = true;
      this.close();
      waiting.resolve(DONE);
      return;
    }
    this.bytes += BigInt(result.value.byteLength);
    waiting.resolve(result);
  }

  private fail(reason: unknown): void {
    if (this.isDone) return;
    this.failure = { reason };
    const { waiting } = this;
    this.waiting = null;
    this.close();
    waiting?.reject(reason);
  }

  private readonly abort = (): void => {
    this.fail(this.signal?.reason);
  };
}

interface Writing {
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal | undefined;
  /** What the driver's own errors mean; unless given, what they are. */
  readonly failureOf?: (error: unknown) => unknown;
}

/**
 * A write as every driver makes it: the source is ended when the write fails, and whose fault it was is told.
 * @param write stores what comes, and returns its location
 */
export async function writeGuarded(
  { source, signal, failureOf = (error) => error }: Writing,
  write: (guarded: GuardedSource) => Promise<string>,
): Promise<WrittenData> {
  const guarded = new GuardedSource(source, signal);
  try {
    const location = await write(guarded);
    return { bytes: guarded.bytes, location };
  } catch (error) {
    guarded.close();
    throw guarded.blame(failureOf(error));
  }
}
