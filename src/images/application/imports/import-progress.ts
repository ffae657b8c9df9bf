import type { TaskProgress } from '../ports/task-queue.js';

/** How far an import is, over all of its stores. */
export class ImportProgress {
  private finished = 0n;
  private current = 0n;
  private size: bigint | null = null;

  constructor(private readonly storeCount: number) {}

  get state(): TaskProgress {
    const bytesTotal = this.size === null ? null : this.size * BigInt(this.storeCount);
    return { bytesDone: this.finished + this.current, bytesTotal };
  }

  /** Bytes of one copy, as announced. */
  expects(size: bigint): void {
    this.size = size;
    this.current = 0n;
  }

  moved(bytes: number): void {
    this.current += BigInt(bytes);
  }

  /** One copy is there. */
  stored(size: bigint): void {
    this.size = size;
    this.finished += size;
    this.current = 0n;
  }
}
