import type { Server } from 'node:net';

/** Lets a server of a test listen on 127.0.0.1. @returns its origin over HTTP */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not a TCP server.');
  return `http://127.0.0.1:${address.port}`;
}
