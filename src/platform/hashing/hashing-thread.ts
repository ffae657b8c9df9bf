import { Worker } from 'node:worker_threads';

export interface Signature {
  readonly value: Uint8Array;
  readonly hashAlgorithm: string;
  readonly isPss: boolean;
  /** PEM. */
  readonly publicKey: string;
}

/** What a run computes over its data: a digest, or whether a signature holds. */
export type Computation = { readonly algorithm: string } | { readonly signature: Signature };

export const GENUINE = 'genuine';

type ToThread =
  | { kind: 'start'; run: number; computation: Computation; memory: SharedArrayBuffer }
  | { kind: 'update'; run: number; offset: number; length: number }
  | { kind: 'finish' | 'discard'; run: number };

type FromThread = { run: number; offset: number } | { run: number; digest: string };

export interface RunListener {
  /** The slot at the offset has been read. */
  released(offset: number): void;
  /** @param result a digest; of a signature {@link GENUINE} or anything else */
  finished(result: string): void;
  failed(error: Error): void;
}

/** A worker thread and the runs that it computes. Keeps the process alive only while it has any. */
export class HashingThread {
  isDead = false;
  private readonly listenersByRun = new Map<number, RunListener>();
  private readonly worker = new Worker(new URL('hashing.worker.mjs', import.meta.url));

  constructor() {
    this.worker.unref();
    this.worker.on('message', (message: FromThread) => {
      this.hear(message);
    });
    this.worker.on('error', (error) => {
      this.die(error);
    });
    this.worker.on('exit', () => {
      this.die(new Error('A hashing thread ended.'));
    });
  }

  get load(): number {
    return this.listenersByRun.size;
  }

  start(
    run: number,
    computation: Computation,
    memory: SharedArrayBuffer,
    listener: RunListener,
  ): void {
    if (this.load === 0) this.worker.ref();
    this.listenersByRun.set(run, listener);
    this.send({ kind: 'start', run, computation, memory });
  }

  update(run: number, offset: number, length: number): void {
    this.send({ kind: 'update', run, offset, length });
  }

  finish(run: number): void {
    this.send({ kind: 'finish', run });
  }

  discard(run: number): void {
    if (!this.listenersByRun.has(run)) return;
    this.send({ kind: 'discard', run });
    this.forget(run);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private send(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromThread): void {
    const listener = this.listenersByRun.get(message.run);
    if (listener === undefined) return;
    if ('offset' in message) {
      listener.released(message.offset);
      return;
    }
    this.forget(message.run);
    listener.finished(message.digest);
  }

  private forget(run: number): void {
    this.listenersByRun.delete(run);
    if (this.load === 0) this.worker.unref();
  }

  private die(error: Error): void {
    this.isDead = true;
    const listeners = [...this.listenersByRun.values()];
    this.listenersByRun.clear();
    for (const listener of listeners) listener.failed(error);
  }
}
