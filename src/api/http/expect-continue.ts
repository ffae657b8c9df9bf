import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** How long a client may go on sending what nobody wants, before the connection is cut. */
const LINGER_MS = 30_000;

const waiting = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * Leaves `Expect: 100-continue` open until somebody wants the body, so that a client who is refused sends
 * nothing. The connection of a refused one is closed: nobody could tell whether a body still follows.
 */
export function deferContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.set(request, response);
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
}

/** Call before reading a body: tells a client that waits for it to go on. */
export function inviteBody(request: IncomingMessage): void {
  const response = waiting.get(request);
  if (response === undefined || !waiting.delete(request)) return;
  response.shouldKeepAlive = request.headers.connection?.toLowerCase() !== 'close';
  response.writeContinue();
}

/**
 * Call when the answer is out. What a refused client still sends is read and thrown away for a while, since
 * many read the answer only when they have sent everything, and a reset would take it from them.
 */
export function cutUnreadBody(request: IncomingMessage): void {
  if (request.complete) return;
  // Node.js does so by itself only while nobody has begun to read.
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, LINGER_MS).unref();
}
