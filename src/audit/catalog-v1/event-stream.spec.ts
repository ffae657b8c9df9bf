import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { StreamItem } from '../application/follow-events.js';
import { toEventStream } from './event-stream.js';

describe('toEventStream', () => {
  it('takes no more than a few items while nobody reads, and lets go when the reader goes', async () => {
    let taken = 0;
    let isLetGo = false;
    async function* endless(): AsyncGenerator<StreamItem, void, undefined> {
      try {
        for (;;) {
          taken += 1;
          await turn();
          yield { kind: 'heartbeat', position: BigInt(taken) };
        }
      } finally {
        isLetGo = true;
      }
    }
    const stream = toEventStream(endless(), 'source');
    stream.read(0);
    for (let turns = 0; turns < 100; turns += 1) await turn();

    expect(taken).toBeLessThan(5);
    expect(stream.read()).toBe(': alive\nid: 1\n\n');
    stream.destroy();
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(isLetGo).toBe(true);
  });
});
