import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from './rate-limiter.js';

/** Three requests in six seconds: one comes back every two. */
function limiter() {
  const clock = { ms: 1_000_000 };
  return { clock, limits: new RateLimiter({ requests: 3, seconds: 6 }, () => clock.ms) };
}

describe('a rate of three in six seconds', () => {
  it('lets a burst of three through and refuses the fourth', () => {
    const { limits } = limiter();
    expect([1, 2, 3, 4].map(() => limits.take('a'))).toEqual([
      { limit: 3, remaining: 2, resetSeconds: 2, retrySeconds: 0 },
      { limit: 3, remaining: 1, resetSeconds: 4, retrySeconds: 0 },
      { limit: 3, remaining: 0, resetSeconds: 6, retrySeconds: 0 },
      { limit: 3, remaining: 0, resetSeconds: 6, retrySeconds: 2 },
    ]);
  });

  it('lets one through every two seconds afterwards, however often it is asked between', () => {
    const { clock, limits } = limiter();
    let allowed = 0;
    for (let step = 0; step < 600; step += 1) {
      if (limits.take('a').retrySeconds === 0) allowed += 1;
      clock.ms += 100;
    }
    expect(allowed).toBe(3 + 29);
  });

  it('counts each client alone', () => {
    const { limits } = limiter();
    for (let i = 0; i < 3; i += 1) limits.take('a');
    expect(limits.take('a').retrySeconds).toBeGreaterThan(0);
    expect(limits.take('b').remaining).toBe(2);
  });

  it('remembers a bounded number of clients', () => {
    const { limits } = limiter();
    limits.take('first');
    for (let client = 0; client < 50_000; client += 1) limits.take(String(client));
    expect(limits.take('first').remaining).toBe(2);
  });

  it('is exact for rates that are no round number', () => {
    const limits = new RateLimiter({ requests: 7, seconds: 1 }, () => 0.1);
    const allowed = Array.from({ length: 20 }, () => limits.take('a')).filter(
      ({ retrySeconds }) => retrySeconds === 0,
    );
    expect(allowed.map(({ remaining }) => remaining)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });
});
