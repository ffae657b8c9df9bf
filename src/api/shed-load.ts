import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Overloaded } from '../kernel/errors.js';
import { rewriteToMount } from './http/mount.js';
import { marksOf, requestIdFrom } from './http/request-id.js';
import { securityHeaders } from './http/security-headers.js';
import { renderError } from './render-error.js';
import { Turns, type RequestListener } from './turns.js';

/** Whoever watches the service must learn that it lives, however busy it is. */
const ALWAYS_ANSWERED = new Set(['/healthz', '/readyz']);

/** The same each time: finding out where an error was made costs more than the rest of a refusal. */
const OVERLOADED = new Overloaded();

export interface Shedding {
  /** As many requests wait as may, besides those for which nothing has been done. */
  readonly isBusy: (waiting: number) => boolean;
  readonly onRefused: () => void;
  /** Clients come by https. */
  readonly isEncrypted: boolean;
  /** Answers carry more than the usual, which Fastify and its hooks know. */
  readonly isSpecial: (request: IncomingMessage) => boolean;
}

/**
 * Refuses requests before anything is done for them while the service has as many as it can answer in time: 503
 * with `Retry-After`, at once. What is refused has to cost little, or refusing would be the overload (ADR 35): so it is done in front of
 * Fastify, but for requests with a body, of which something is still to be read, and for special ones. All others come in {@link Turns}.
 */
export function shedLoad(fastify: FastifyInstance, shedding: Shedding): void {
  const { isBusy, onRefused, isEncrypted, isSpecial } = shedding;
  const refused = new WeakSet<IncomingMessage>();
  inFrontOf(fastify.server, (handle) => {
    const turns = new Turns(handle);
    return (request, response) => {
      if (ALWAYS_ANSWERED.has(request.url ?? '')) return handle(request, response);
      if (!isBusy(turns.length)) return turns.pass(request, response);
      onRefused();
      if (hasBody(request) || isSpecial(request)) {
        refused.add(request);
        return handle(request, response);
      }
      // After all that came in this turn: a client who is answered in between sends the next one, and the turn never ends.
      setImmediate(refuse, request, response, isEncrypted);
    };
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(refused.has(request.raw) ? OVERLOADED : undefined);
  });
}

/** @param wrap is given what handled requests until now, and returns what does from now on */
function inFrontOf(server: Server, wrap: (handle: RequestListener) => RequestListener): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const handle = wrap((request, response) => {
    for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
  });
  server.on('request', handle);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

function refuse(request: IncomingMessage, response: ServerResponse, isEncrypted: boolean): void {
  const url = rewriteToMount(request);
  const { status, contentType, body } = renderError(OVERLOADED, request);
  response.writeHead(status, {
    ...marksOf(request, requestIdFrom(request.headers)),
    ...securityHeaders(url, isEncrypted),
    ...OVERLOADED.headers,
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
