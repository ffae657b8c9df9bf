import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../kernel/errors.js';

/** `text/plain` counts as no type at all, since some clients send it by default (compute-v2.1 section 2). */
const ACCEPTED = new Set([
  '',
  'text/plain',
  'application/json',
  'application/vnd.openstack.compute+json',
]);

/** Answers 415 to a body in a type or coding that this dialect does not read. */
@Injectable()
export class MediaTypeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context.switchToHttp().getRequest<FastifyRequest>().raw;
    if (method !== 'POST' && method !== 'PUT') return true;
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    if (!ACCEPTED.has(type.trim().toLowerCase())) throw unsupported('content type');
    const coding = headers['content-encoding'] ?? 'identity';
    if (coding.trim().toLowerCase() !== 'identity') throw unsupported('content encoding');
    return true;
  }
}

const unsupported = (what: string): DomainError =>
  new DomainError(
    'unsupported-media',
    'unsupported-media',
    `The ${what} is not supported: use application/json.`,
  );
