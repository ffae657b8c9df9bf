import { describe, expect, it } from '@jest/globals';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { unlessLate } from './unless-late.js';

describe('what must not be late', () => {
  it('is handed on when it comes in time, failures too', async () => {
    await expect(unlessLate(sleep(1, 'there'), 1000)).resolves.toBe('there');
    await expect(unlessLate(Promise.reject(new Error('no')), 1000)).rejects.toThrow('no');
  });

  it('is nothing when it does not', async () => {
    await expect(unlessLate(sleep(2000, 'there', { ref: false }), 20)).resolves.toBeNull();
  });

  it('is in time when it came while this process was busy with other things', async () => {
    const server = createServer((socket) => {
      socket.end('there');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
    const [accepted] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
    const answer = once(socket, 'data').then(([data]) => String(data));
    const inTime = unlessLate(answer, 50);
    for (const until = performance.now() + 150; performance.now() < until;) void accepted;
    await expect(inTime).resolves.toBe('there');
    server.close();
  });
});
