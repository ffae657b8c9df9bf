import { describe, expect, it } from '@jest/globals';
import { BackgroundWork } from './background-work.js';

const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('BackgroundWork', () => {
  it('runs one after the other, and stops when what runs has ended', async () => {
    const work = new BackgroundWork(() => undefined);
    const { open, opened } = gate();
    const seen: string[] = [];
    work.soon(async () => {
      await opened;
      seen.push('first');
    });
    work.soon(() => Promise.resolve(seen.push('second')));
    const stopped = work.stop().then(() => seen.push('stopped'));
    expect(work.isStopping).toBe(true);
    open();
    await stopped;
    expect(seen).toEqual(['first', 'second', 'stopped']);
  });

  it('reports what fails, and goes on', async () => {
    const failures: unknown[] = [];
    const work = new BackgroundWork((error) => failures.push(error));
    const failure = new Error('away');
    let hasRun = false;
    work.soon(() => Promise.reject(failure));
    work.soon(() => {
      hasRun = true;
      return Promise.resolve();
    });
    await work.stop();
    expect([failures, hasRun]).toEqual([[failure], true]);
  });

  it('comes back at every turn until it is stopped', async () => {
    const work = new BackgroundWork(() => undefined);
    const { open, opened } = gate();
    let turns = 0;
    work.every(1, () => {
      turns += 1;
      if (turns === 3) open();
      return Promise.resolve();
    });
    await opened;
    await work.stop();
    const before = turns;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(turns).toBe(before);
  });
});
