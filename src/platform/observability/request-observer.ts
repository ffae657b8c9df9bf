import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';

/** How a request ended: when its last byte was handed to the system, or when its client was gone. */
export interface RequestEnd {
  /** The pattern, never the path; null where no route took it. */
  readonly route: string | null;
  readonly seconds: number;
  /** The client did not get the whole answer. */
  readonly isInterrupted: boolean;
}

export interface RequestObserver {
  started?(request: FastifyRequest): void;
  ended(request: FastifyRequest, reply: FastifyReply, end: RequestEnd): void;
}

/** Tells the observers of every request that has a head, those that are cut off included. Register before other hooks. */
export function observeRequests(
  fastify: FastifyInstance,
  observers: readonly RequestObserver[],
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    for (const observer of observers) observer.started?.(request);
    reply.raw.on('close', () => {
      const end = {
        route: routeOf(request),
        seconds: reply.elapsedTime / 1000,
        isInterrupted: !reply.raw.writableFinished,
      };
      for (const observer of observers) observer.ended(request, reply, end);
    });
    done();
  });
}

/** The pattern of the route; null where none took the request. */
export const routeOf = (request: FastifyRequest): string | null => request.routeOptions.url ?? null;

const TOLD = Symbol('traffic told');

/** A connection that was asked about. */
interface Metered {
  [TOLD]?: Traffic;
}

/** What went over a connection since this was asked last: one request and its answer, heads included. */
export function trafficSince(socket: Socket): Traffic {
  const metered = socket as Metered;
  const { received, sent } = metered[TOLD] ?? NOTHING;
  const now = { received: socket.bytesRead, sent: socket.bytesWritten };
  metered[TOLD] = now;
  return { received: now.received - received, sent: now.sent - sent };
}

/** In bytes. */
interface Traffic {
  readonly received: number;
  readonly sent: number;
}

const NOTHING: Traffic = { received: 0, sent: 0 };
