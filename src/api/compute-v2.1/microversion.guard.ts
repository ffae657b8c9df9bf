import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { DomainError, InvalidRequest, quote } from '../../kernel/errors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { mountOf } from '../http/mount.js';
import {
  LOWEST_MICROVERSION,
  microversionHeaders,
  requestedMicroversion,
  type RequestedMicroversion,
} from './microversion.js';

const UNVERSIONED = new Set(['/compute-versions', '/compute-choices']);

/** Refuses what cannot be served in the microversion asked for: 400 malformed, 406 outside of the range. */
@Injectable()
export class MicroversionGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const highest = this.config.compute.maxMicroversion;
    const { kind, text } = microversionOf(
      context.switchToHttp().getRequest<FastifyRequest>().raw,
      highest,
    );
    if (kind === 'malformed') {
      throw new InvalidRequest(`${quote(text)} is not a microversion: use 'latest' or 2.N.`);
    }
    if (kind === 'unsupported') {
      throw new DomainError(
        'not-acceptable',
        'microversion-unsupported',
        `Version ${quote(text)} is not supported: use ${LOWEST_MICROVERSION} to ${highest}.`,
      );
    }
    return true;
  }
}

/** The alias `/v2` knows no microversions: its headers are ignored. */
export function microversionOf(request: IncomingMessage, highest: string): RequestedMicroversion {
  return mountOf(request).isLegacy
    ? { kind: 'served', text: LOWEST_MICROVERSION }
    : requestedMicroversion(request.headers, highest);
}

/**
 * Puts the microversion on whatever the matched route will answer, failures of every layer included. Runs when
 * the route is found; paths without a route and malformed versions get nothing.
 */
export function echoMicroversion(
  request: FastifyRequest,
  reply: FastifyReply,
  highest: string,
): void {
  const route = request.routeOptions.url ?? '*';
  const { dialect, isLegacy } = mountOf(request.raw);
  if (dialect !== 'compute' || isLegacy || route.includes('*') || UNVERSIONED.has(route)) return;
  const { kind, text } = microversionOf(request.raw, highest);
  if (kind === 'malformed') return;
  const headers = microversionHeaders(text);
  const vary = [reply.getHeader('vary') ?? [], Object.keys(headers)].flat();
  reply.headers({ ...headers, Vary: vary.join(', ') });
}
