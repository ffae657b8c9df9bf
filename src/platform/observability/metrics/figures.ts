/** Figures that somebody else must be asked for: at most once in a while, however often and for how many gauges. */
export class Figures<T> {
  private askedAt = Number.NEGATIVE_INFINITY;
  private latest: Promise<T | null> = Promise.resolve(null);

  /** @param ask may fail: the figures are then unknown, not zero, until the next time */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly maxAgeMs: number,
  ) {}

  /** @returns null while they are not to be had */
  get(): Promise<T | null> {
    const now = performance.now();
    if (now - this.askedAt >= this.maxAgeMs) {
      this.askedAt = now;
      this.latest = this.ask().catch(() => null);
    }
    return this.latest;
  }
}
