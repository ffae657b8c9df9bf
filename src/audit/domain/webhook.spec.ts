import { describe, expect, it } from '@jest/globals';
import { retryDelay } from './webhook.js';

describe('retryDelay', () => {
  it('doubles with every attempt, up to an hour', () => {
    const delays = [1, 2, 3, 4, 20, 1000].map((attempts) => retryDelay(5, attempts, 1));

    expect(delays).toEqual([5, 10, 20, 40, 3600, 3600]);
  });

  it('lies in the upper half by chance', () => {
    expect(retryDelay(10, 1, 0)).toBe(5);
    expect(retryDelay(10, 1, 0.5)).toBe(7.5);
  });
});
