import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { Unavailable } from '../kernel/errors.js';

const MAX_REMEMBERED = 20_000;
const MAX_REFUSED = 10_000;
/** More than this many different tokens in question at once is an assault, or the identity is stuck. */
const MAX_PENDING = 1000;
const REFUSED_MS = 10_000;

export interface Expiring {
  /** In milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/**
 * Remembers what was found out about tokens, under their SHA-256 (identity A8). Concurrent questions about one
 * token share one answer; failures are not remembered. Refused tokens have a memory of their own, so that a flood
 * of them does not displace good ones.
 */
export class TokenCache<T extends Expiring> {
  private readonly found = new LRUCache<string, { value: T; until: number }>({
    max: MAX_REMEMBERED,
  });
  private readonly refused = new LRUCache<string, number>({ max: MAX_REFUSED });
  private readonly pending = new Map<string, Promise<T | null>>();

  constructor(
    /** Negative: nothing is remembered. */
    private readonly lifeMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @param ask is called unless the answer is known; null is a refusal
   * @throws Unavailable when too many tokens are in question at once, and whatever `ask` throws
   */
  async get(token: string, ask: () => Promise<T | null>): Promise<T | null> {
    const key = hash('sha256', token, 'base64url');
    const known = this.found.get(key);
    if (known !== undefined && this.now() < known.until) return known.value;
    if (this.now() < (this.refused.get(key) ?? 0)) return null;
    const running = this.pending.get(key);
    if (running !== undefined) return running;
    if (this.pending.size >= MAX_PENDING) throw new Unavailable();
    const asked = ask().then((value) => this.remember(key, value));
    this.pending.set(key, asked);
    try {
      return await asked;
    } finally {
      this.pending.delete(key);
    }
  }

  private remember(key: string, value: T | null): T | null {
    const now = this.now();
    if (this.lifeMs < 0) return value;
    if (value === null) this.refused.set(key, now + Math.min(REFUSED_MS, this.lifeMs));
    else this.found.set(key, { value, until: Math.min(now + this.lifeMs, value.expiresAtMs) });
    return value;
  }
}
