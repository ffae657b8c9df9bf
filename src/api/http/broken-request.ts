import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { reasonPhrase } from './error-status.js';

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request is not well-formed HTTP.',
  408: 'The request did not arrive in time.',
  431: 'The headers of the request are too large.',
};

/**
 * Answers what is no HTTP request and closes the connection, since nobody knows where a next request would
 * begin (S-37). No path is known, hence no dialect: the form is that of the service itself.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || hasBegunToAnswer(socket)) {
    socket.destroy(error);
    return;
  }
  const status = STATUS_OF_CODE[error.code ?? ''] ?? 400;
  const title = reasonPhrase(status);
  const body = JSON.stringify({ error: { code: status, title, message: MESSAGES[status] } });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Connection: close',
    'Content-Type: application/json',
    'X-Content-Type-Options: nosniff',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-openstack-request-id: req-${randomUUID()}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The answer to an earlier request may be on its way; nothing can be put into the middle of it. */
function hasBegunToAnswer(socket: Socket): boolean {
  // As Node.js does in its own handler; there is no public way to ask.
  const { _httpMessage: message } = socket as Socket & { _httpMessage?: ServerResponse | null };
  return message?.headersSent ?? false;
}
