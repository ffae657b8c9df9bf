/**
 * Work that nobody waits for, one run after the other, so that what takes long is not started twice. A run that
 * fails is reported; what it left is found at one of the next turns.
 */
export class BackgroundWork {
  private readonly timers: NodeJS.Timeout[] = [];
  private running: Promise<void> = Promise.resolve();
  private hasStopped = false;

  constructor(private readonly report: (error: unknown) => void) {}

  /** Long work looks here between its steps. */
  get isStopping(): boolean {
    return this.hasStopped;
  }

  /** Does the work behind what is running. */
  soon(work: () => Promise<unknown>): void {
    this.running = this.running.then(work).then(() => undefined, this.report);
  }

  /**
   * Does the work at every turn of so many milliseconds. Keeps no process alive.
   * @param firstMs until the first turn, if that is sooner
   */
  every(milliseconds: number, work: () => Promise<unknown>, firstMs = milliseconds): void {
    const turn = (): void => this.soon(work);
    this.timers.push(setInterval(turn, milliseconds).unref());
    if (firstMs < milliseconds) this.timers.push(setTimeout(turn, firstMs).unref());
  }

  /** Resolves when what runs has ended; no turn comes afterwards. */
  async stop(): Promise<void> {
    this.hasStopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
  }
}
