import { getHashes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { HashingThread, type Signature } from './hashing-thread.js';
import { SHARED_BYTES, ThreadedHash } from './threaded-hash.js';

const MAX_THREADS = 4;
/** 64 MiB that wait for their next run. */
const MAX_SPARE = 16;
const ALGORITHMS: ReadonlySet<string> = new Set(getHashes());

/**
 * Computes digests and verifies signatures in worker threads, each algorithm of a run in a thread of its own where there are enough.
 * Threads start with the first run and stay; one that dies fails its runs and is replaced.
 */
export class HashingPool {
  private threads: readonly HashingThread[] = [];
  private runs = 0;
  /**
   * Memory of runs that are over. It is used again, because threads collect garbage too seldom to be left to forget it:
   * shared memory does not count as theirs.
   */
  private readonly spare: SharedArrayBuffer[] = [];

  constructor(private readonly size = Math.min(MAX_THREADS, availableParallelism())) {}

  /** @throws RangeError for an algorithm that OpenSSL does not know */
  start(algorithms: readonly string[], signature: Signature | null = null): ThreadedHash {
    const unknown = algorithms.find((algorithm) => !ALGORITHMS.has(algorithm));
    if (unknown !== undefined) throw new RangeError(`No such hash algorithm: ${unknown}.`);
    const memory = this.spare.pop() ?? new SharedArrayBuffer(SHARED_BYTES);
    const hash = new ThreadedHash(memory, (free) => {
      if (this.spare.length < MAX_SPARE) this.spare.push(free);
    });
    for (const algorithm of new Set(algorithms)) {
      this.runs += 1;
      hash.addRun(this.runs, algorithm, this.idlest());
    }
    if (signature !== null) {
      this.runs += 1;
      hash.addVerification(this.runs, signature, this.idlest());
    }
    return hash;
  }

  /** Ends the threads; runs that are under way fail. */
  async close(): Promise<void> {
    const { threads } = this;
    this.threads = [];
    await Promise.all(threads.map((thread) => thread.close()));
  }

  private idlest(): HashingThread {
    const alive = this.threads.filter(({ isDead }) => !isDead);
    const missing = Array.from({ length: this.size - alive.length }, () => new HashingThread());
    this.threads = [...alive, ...missing];
    return this.threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
  }
}
