import { LRUCache } from 'lru-cache';
import { isIP } from 'node:net';
import { Unavailable } from '../../kernel/errors.js';
import { LoginAttempts, type LoginSource } from '../application/ports/login-attempts.js';
import { TooManyAttempts } from '../domain/identity.errors.js';

export interface LoginLimits {
  /** Failures within a window after which a user is refused from one address. */
  readonly failuresPerUser: number;
  /** Failures within a window after which an address is refused altogether. */
  readonly failuresPerAddress: number;
  readonly windowMs: number;
  /** Attempts that run at the same time; further ones wait. */
  readonly concurrency: number;
}

interface Window {
  readonly endsAt: number;
  failures: number;
}

/** Programs on the same host, test suites among them, share one address and many a wrong password. */
const LOOPBACK_FACTOR = 50;
const MAX_WAITING = 1000;
const REMEMBERED_SOURCES = 50_000;

/** Counts in the memory of this process, in fixed windows that start with the first failure. */
export class MemoryLoginAttempts extends LoginAttempts {
  // Bounded by size, since a bound by number takes the memory of all of them at once.
  private readonly windows = new LRUCache<string, Window>({
    maxSize: REMEMBERED_SOURCES,
    sizeCalculation: () => 1,
  });
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(
    private readonly limits: LoginLimits,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  override async run<T>(
    { user, address }: LoginSource,
    attempt: () => Promise<T | null>,
  ): Promise<T | null> {
    const factor = isLoopback(address) ? LOOPBACK_FACTOR : 1;
    const counters = [
      { key: `user ${user} ${address}`, limit: this.limits.failuresPerUser * factor },
      { key: `address ${address}`, limit: this.limits.failuresPerAddress * factor },
    ];
    const check = (): void => {
      for (const { key, limit } of counters) this.refuseAbove(limit, key);
    };
    check();
    return this.inTurn(async () => {
      check(); // Others from the same source may have failed while this attempt waited.
      const result = await attempt();
      if (result === null) for (const { key } of counters) this.count(key);
      else this.windows.delete(`user ${user} ${address}`);
      return result;
    });
  }

  private refuseAbove(limit: number, key: string): void {
    const window = this.windows.get(key);
    if (window === undefined || window.failures < limit) return;
    const remainingMs = window.endsAt - this.now();
    if (remainingMs > 0) throw new TooManyAttempts(remainingMs / 1000);
  }

  private count(key: string): void {
    const window = this.windows.get(key);
    if (window !== undefined && window.endsAt > this.now()) window.failures += 1;
    else this.windows.set(key, { endsAt: this.now() + this.limits.windowMs, failures: 1 });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.limits.concurrency) this.running += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      // Whoever waits longest takes over the place of the one that ends.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) {
      throw new Unavailable('Too many log-ins are waiting. Try again later.');
    }
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
