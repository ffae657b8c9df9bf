import type { FastifyInstance } from 'fastify';
import { Overloaded } from '../../kernel/errors.js';

/** Whoever watches the service must learn that it lives, however busy it is. */
const ALWAYS_ANSWERED = new Set(['/healthz', '/readyz']);

/** The same each time: finding out where an error was made costs more than the rest of a refusal. */
const OVERLOADED = new Overloaded();

/**
 * Refuses requests before anything is done for them while the service has as many as it can answer in time: 503
 * with `Retry-After`, at once. What is refused has to cost little, or refusing would be the overload (ADR 35).
 */
export function shedLoad(
  fastify: FastifyInstance,
  isBusy: () => boolean,
  onRefused: () => void,
): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!isBusy() || ALWAYS_ANSWERED.has(request.url)) {
      done();
      return;
    }
    onRefused();
    done(OVERLOADED);
  });
}
