import type { FastifyInstance } from 'fastify';
import type { RateLimits } from './rate-limits.js';

/** Refuses an address that asks too often before anything is done for it; no hook unless there is a limit. */
export function limitAddresses(fastify: FastifyInstance, limits: RateLimits): void {
  if (limits.areOff) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    limits.admitAddress(request, reply);
    done();
  });
}
