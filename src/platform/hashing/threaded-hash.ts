import { GENUINE, type Computation, type HashingThread, type Signature } from './hashing-thread.js';

const SLOT_BYTES = 1024 * 1024;
const SLOTS = 4;
const NOWHERE = -1;
/** What one run needs. */
export const SHARED_BYTES = SLOTS * SLOT_BYTES;

interface Run {
  readonly id: number;
  readonly thread: HashingThread;
}

/**
 * One run over some data. Chunks are copied into slots of shared memory (4 MiB in all), a full slot is handed to
 * every thread at once, and taken back when the last one has read it: the data is copied once, never per thread.
 */
export class ThreadedHash {
  private readonly bytes: Uint8Array;
  private readonly runs: Run[] = [];
  private readonly digestsByAlgorithm = new Map<string, string>();
  /** How many threads have still to read each slot. */
  private readonly readers = Array.from({ length: SLOTS }, () => 0);
  private slot = 0;
  private filled = 0;
  private finished = 0;
  private isDiscarded = false;
  private verdict: boolean | null = null;
  private failure: Error | null = null;
  private wake: (() => void) | null = null;

  /**
   * @param memory of {@link SHARED_BYTES}, this run's alone until it is discarded
   * @param giveBack is called with it then
   */
  constructor(
    private readonly memory: SharedArrayBuffer,
    private readonly giveBack: (memory: SharedArrayBuffer) => void,
  ) {
    this.bytes = new Uint8Array(memory);
  }

  /** Known after {@link digests}; null when there is no signature to verify. */
  get isGenuine(): boolean | null {
    return this.verdict;
  }

  /** Before the first update. */
  addRun(id: number, algorithm: string, thread: HashingThread): void {
    this.begin({ id, thread }, { algorithm }, (digest) => {
      this.digestsByAlgorithm.set(algorithm, digest);
    });
  }

  /** Before the first update. */
  addVerification(id: number, signature: Signature, thread: HashingThread): void {
    this.begin({ id, thread }, { signature }, (result) => {
      this.verdict = result === GENUINE;
    });
  }

  private begin(run: Run, computation: Computation, finish: (result: string) => void): void {
    this.runs.push(run);
    run.thread.start(run.id, computation, this.memory, {
      released: (offset) => {
        this.release(offset / SLOT_BYTES);
      },
      finished: (result) => {
        finish(result);
        this.finished += 1;
        this.notify();
      },
      failed: (error) => {
        this.failure ??= error;
        this.notify();
      },
    });
  }

  /** Takes the next bytes; a promise means that no slot is free, and that the rest is taken when one is. */
  update(chunk: Uint8Array): Promise<void> | undefined {
    const taken = this.take(chunk);
    return taken < chunk.byteLength ? this.updateSlowly(chunk.subarray(taken)) : undefined;
  }

  async digests(): Promise<ReadonlyMap<string, string>> {
    this.handOver();
    for (const { id, thread } of this.runs) thread.finish(id);
    while (this.finished < this.runs.length) await this.change();
    return this.digestsByAlgorithm;
  }

  /** To be called at the end of every run. What a thread still reads for this one is of no interest any more. */
  discard(): void {
    if (this.isDiscarded) return;
    this.isDiscarded = true;
    this.slot = NOWHERE;
    this.failure ??= new Error('The run was discarded.');
    for (const { id, thread } of this.runs) thread.discard(id);
    this.notify();
    this.giveBack(this.memory);
  }

  private async updateSlowly(rest: Uint8Array): Promise<void> {
    let taken = 0;
    while (taken < rest.byteLength) {
      await this.change();
      taken += this.take(rest.subarray(taken));
    }
  }

  /** Copies as much as there is room for. */
  private take(chunk: Uint8Array): number {
    let taken = 0;
    while (taken < chunk.byteLength && this.slot !== NOWHERE) {
      const part = chunk.subarray(taken, taken + SLOT_BYTES - this.filled);
      this.bytes.set(part, this.slot * SLOT_BYTES + this.filled);
      this.filled += part.byteLength;
      taken += part.byteLength;
      if (this.filled === SLOT_BYTES) this.handOver();
    }
    return taken;
  }

  private handOver(): void {
    if (this.slot === NOWHERE || this.filled === 0) return;
    this.readers[this.slot] = this.runs.length;
    for (const { id, thread } of this.runs) thread.update(id, this.slot * SLOT_BYTES, this.filled);
    this.slot = this.readers.indexOf(0);
    this.filled = 0;
  }

  private release(slot: number): void {
    const left = (this.readers[slot] ?? 0) - 1;
    this.readers[slot] = left;
    if (left > 0 || this.isDiscarded) return;
    if (this.slot === NOWHERE) this.slot = slot;
    this.notify();
  }

  /** Resolves when something has happened; rejects when a thread has failed. */
  private async change(): Promise<void> {
    if (this.failure === null) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure !== null) throw this.failure;
  }

  private notify(): void {
    const { wake } = this;
    this.wake = null;
    wake?.();
  }
}
