import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentRequests } from './recent-requests.js';

describe('the requests of the last second that are not answered', () => {
  let now: number;
  let recent: RecentRequests;

  beforeEach(() => {
    now = 10_000;
    recent = new RecentRequests(() => now);
  });

  it('are those that came and were not answered', () => {
    const requests = [{}, {}, {}, {}, {}];
    for (const request of requests) recent.started(request);
    recent.ended(requests[2] ?? {});
    expect(recent.count).toBe(4);
  });

  it('are none of those that came before', () => {
    const request = {};
    recent.started(request);
    now += 800;
    expect(recent.count).toBe(1);
    now += 300;
    expect(recent.count).toBe(0);
    recent.started({});
    recent.ended(request);
    expect(recent.count).toBe(1);
  });

  it('are counted right after a long time without any', () => {
    recent.started({});
    now += 1_000_000;
    expect(recent.count).toBe(0);
    recent.started({});
    expect(recent.count).toBe(1);
  });

  it('are as many as a list of them says, whatever comes and ends', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 700 }), ends: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        recent = new RecentRequests(() => now);
        let open: { at: number }[] = [];
        for (const { wait, ends } of steps) {
          now += wait;
          const ended = open[ends];
          if (ended === undefined) {
            const request = { at: now };
            recent.started(request);
            open.push(request);
          } else {
            open = open.filter((_each, index) => index !== ends);
            recent.ended(ended);
          }
          const surely = open.filter(({ at }) => now - at < 875).length;
          const perhaps = open.filter(({ at }) => now - at < 1000).length;
          expect(recent.count).toBeGreaterThanOrEqual(surely);
          expect(recent.count).toBeLessThanOrEqual(perhaps);
        }
      }),
    );
  });
});
