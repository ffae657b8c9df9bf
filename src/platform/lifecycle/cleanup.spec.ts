import { describe, expect, it } from '@jest/globals';
import { Cleanup } from './cleanup.js';

describe('Cleanup', () => {
  it('undoes the last step first', async () => {
    const done: string[] = [];
    const cleanup = new Cleanup();
    for (const name of ['server', 'pool', 'listener']) {
      cleanup.defer(async () => {
        done.push(name);
      });
    }

    expect(await cleanup.run()).toEqual([]);
    expect(done).toEqual(['listener', 'pool', 'server']);
  });

  it('goes on after a step that fails, and reports it', async () => {
    const done: string[] = [];
    const cleanup = new Cleanup();
    const failure = new Error('stuck');
    cleanup.defer(async () => {
      done.push('server');
    });
    cleanup.defer(() => Promise.reject(failure));

    expect(await cleanup.run()).toEqual([failure]);
    expect(done).toEqual(['server']);
  });

  it('undoes each step once', async () => {
    let times = 0;
    const cleanup = new Cleanup();
    cleanup.defer(async () => {
      times += 1;
    });
    await cleanup.run();
    await cleanup.run();

    expect(times).toBe(1);
  });
});
