import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RefusalLog } from './refusal-log.js';

describe('the log of refusals', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has one line a second with their number, and none while there are none', () => {
    const warn = jest.fn();
    const log = new RefusalLog({ warn } as never);
    for (let time = 0; time < 500; time += 1) log.count();
    expect(warn).not.toHaveBeenCalled();
    jest.advanceTimersByTime(5000);
    log.count();
    jest.advanceTimersByTime(5000);
    expect(warn.mock.calls).toEqual([
      [{ refused: 500 }, 'Requests were refused: the service is busy.'],
      [{ refused: 1 }, 'Requests were refused: the service is busy.'],
    ]);
  });
});
