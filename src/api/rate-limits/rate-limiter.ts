import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../../platform/config/rate-limit-settings.js';

/** What is left after a request. */
export interface Allowance {
  readonly limit: number;
  /** Requests that would be allowed at this moment. */
  readonly remaining: number;
  /** Until as many as the limit would be allowed again. */
  readonly resetSeconds: number;
  /** Until one would be; 0 for a request that is allowed. */
  readonly retrySeconds: number;
}

/** Who has not been seen for longest is forgotten first. */
const MOST_CLIENTS = 50_000;

/**
 * Lets a burst of the limit through, and then as many as come back in time (the generic cell rate algorithm): for
 * each client one number, the time at which its bucket is full again.
 */
export class RateLimiter {
  private readonly fullAt = new LRUCache<string, number>({ max: MOST_CLIENTS });
  private readonly msPerRequest: number;
  private readonly periodMs: number;

  /** @param now in milliseconds, of a clock that never goes back */
  constructor(
    private readonly rate: RateLimit,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.periodMs = rate.seconds * 1000;
    this.msPerRequest = this.periodMs / rate.requests;
  }

  /** Counts a request, unless it is refused: whoever goes on asking is not shut out for longer. */
  take(client: string): Allowance {
    const now = this.now();
    const before = Math.max(this.fullAt.get(client) ?? 0, now);
    const after = before + this.msPerRequest;
    const tooEarlyMs = after - now - this.periodMs;
    // Sums of fractions are not exact.
    if (tooEarlyMs > this.msPerRequest / 1000) {
      return this.allowance(before - now, tooEarlyMs / 1000);
    }
    this.fullAt.set(client, after);
    return this.allowance(after - now, 0);
  }

  private allowance(usedMs: number, retrySeconds: number): Allowance {
    const used = Math.round(usedMs / this.msPerRequest + 0.499);
    return {
      limit: this.rate.requests,
      remaining: Math.max(0, this.rate.requests - used),
      resetSeconds: Math.ceil(usedMs / 1000),
      retrySeconds,
    };
  }
}
