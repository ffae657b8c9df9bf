import type { Readable } from 'node:stream';
import { DomainError } from '../kernel/errors.js';
import {
  ImageDataSource,
  ImageDataStore,
  canPresign,
  isWritable,
  type DataFacts,
  type DataRange,
  type ListedData,
  type Presigning,
  type WriteOptions,
  type WrittenData,
} from '../images/application/ports/image-data-store.js';
import type { StoreObserver, StoreOperation, StoreOperationName } from './store-observer.js';

/** The same store, seen by the observer. Keeps the abilities of what it wraps. */
export function instrumented(
  source: ImageDataSource,
  storeId: string,
  observer: StoreObserver,
): ImageDataSource {
  const stopwatch = new Stopwatch(storeId, observer);
  if (!isWritable(source)) return new InstrumentedSource(source, stopwatch);
  return canPresign(source)
    ? new InstrumentedPresigningStore(source, stopwatch)
    : new InstrumentedStore(source, stopwatch);
}

class Stopwatch {
  constructor(
    private readonly storeId: string,
    private readonly observer: StoreObserver,
  ) {}

  async time<T>(
    operation: StoreOperationName,
    call: () => Promise<T>,
    bytesOf: (result: T) => bigint = () => 0n,
  ): Promise<T> {
    const start = performance.now();
    const report = (outcome: StoreOperation['outcome'], bytes: bigint): void => {
      const seconds = (performance.now() - start) / 1000;
      this.observer.finished({ storeId: this.storeId, operation, outcome, seconds, bytes });
    };
    try {
      const result = await call();
      report('ok', bytesOf(result));
      return result;
    } catch (error) {
      report(error instanceof DomainError ? error.kind : 'failed', 0n);
      throw error;
    }
  }

  async duringWrite<T>(write: () => Promise<T>): Promise<T> {
    this.observer.transferBegan(this.storeId, 'write');
    try {
      return await write();
    } finally {
      this.observer.transferEnded(this.storeId, 'write');
    }
  }

  untilClosed(stream: Readable): Readable {
    this.observer.transferBegan(this.storeId, 'read');
    return stream.once('close', () => {
      this.observer.transferEnded(this.storeId, 'read');
    });
  }
}

class InstrumentedSource extends ImageDataSource {
  constructor(
    private readonly inner: ImageDataSource,
    private readonly stopwatch: Stopwatch,
  ) {
    super();
  }

  async read(key: string, range?: DataRange): Promise<Readable> {
    const stream = await this.stopwatch.time(
      'read',
      () => this.inner.read(key, range),
      () => range?.length ?? 0n,
    );
    return this.stopwatch.untilClosed(stream);
  }

  stat(key: string): Promise<DataFacts | null> {
    return this.stopwatch.time('stat', () => this.inner.stat(key));
  }
}

class InstrumentedStore<Inner extends ImageDataStore = ImageDataStore> extends ImageDataStore {
  private readonly source: InstrumentedSource;

  constructor(
    protected readonly inner: Inner,
    private readonly stopwatch: Stopwatch,
  ) {
    super();
    this.source = new InstrumentedSource(inner, stopwatch);
  }

  write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options?: WriteOptions,
  ): Promise<WrittenData> {
    const write = () => this.inner.write(key, source, options);
    return this.stopwatch.duringWrite(() =>
      this.stopwatch.time('write', write, ({ bytes }) => bytes),
    );
  }

  read(key: string, range?: DataRange): Promise<Readable> {
    return this.source.read(key, range);
  }

  stat(key: string): Promise<DataFacts | null> {
    return this.source.stat(key);
  }

  delete(key: string): Promise<void> {
    return this.stopwatch.time('delete', () => this.inner.delete(key));
  }

  list(): AsyncIterable<ListedData> {
    return this.inner.list();
  }
}

class InstrumentedPresigningStore
  extends InstrumentedStore<ImageDataStore & Presigning>
  implements Presigning
{
  presign(key: string, lifetimeSeconds: number): Promise<string> {
    return this.inner.presign(key, lifetimeSeconds);
  }
}
