import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How `npm start` and the container image start the service (ADR 66). */
export const AS_STARTED = {
  environment: { MALLOC_MMAP_THRESHOLD_: '4194304' },
  flags: ['--max-semi-space-size=64', '--heap-growing-percent=200'],
} as const;

const START_DEADLINE_MS = 30_000;

/** A port that a program which cannot choose one itself may listen on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something answers there. */
export async function answering(origin: string): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      await fetch(origin);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
