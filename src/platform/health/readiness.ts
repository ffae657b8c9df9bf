import { Injectable } from '@nestjs/common';
import { Unavailable } from '../../kernel/errors.js';

/** Resolves when what it asks can serve; rejects with `Unavailable` otherwise. */
export type ReadinessCheck = () => Promise<void>;

/**
 * May traffic come here? Parts of the service say what they need; once the process is being stopped the
 * answer is no, before anything fails.
 */
@Injectable()
export class Readiness {
  private readonly checks: ReadinessCheck[] = [];
  private stopping = false;

  get isStopping(): boolean {
    return this.stopping;
  }

  /** @param check is asked at every probe: it bounds its own time and load */
  require(check: ReadinessCheck): void {
    this.checks.push(check);
  }

  /** From now on this process is not ready; there is no way back. */
  stop(): void {
    this.stopping = true;
  }

  /** @throws Unavailable naming nothing but the kind of what is missing */
  async verify(): Promise<void> {
    if (this.stopping) throw new Unavailable('The service is being stopped.');
    await Promise.all(this.checks.map((check) => check()));
  }
}
