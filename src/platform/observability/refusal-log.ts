import type { Logger } from 'pino';

const INTERVAL_MS = 1000;

/** One line a second while requests are refused because the service is busy: a line for each would be more load. */
export class RefusalLog {
  private refused = 0;

  constructor(private readonly logger: Logger) {}

  count(): void {
    if (this.refused === 0) setTimeout(() => this.tell(), INTERVAL_MS).unref();
    this.refused += 1;
  }

  private tell(): void {
    this.logger.warn({ refused: this.refused }, 'Requests were refused: the service is busy.');
    this.refused = 0;
  }
}
