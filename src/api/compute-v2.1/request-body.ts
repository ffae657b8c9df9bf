import {
  Injectable,
  createParamDecorator,
  type CanActivate,
  type ExecutionContext,
  Inject,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { hasBody } from '../http/body-presence.js';
import { readJson, refuseDeclaredLength } from '../http/json-body.js';
import { mountOf } from '../http/mount.js';

/** compute-v2.1 section 2. */
const MAX_BODY_BYTES = 114_688;

const bodies = new WeakMap<IncomingMessage, unknown>();

/**
 * Reads the JSON body of a POST or PUT. A guard and not a pipe, because bad JSON is reported before a project
 * that does not match (section 4). A missing body is left for the schema to refuse.
 */
@Injectable()
export class RequestBodyGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { raw, method } = context.switchToHttp().getRequest<FastifyRequest>();
    refuseDeclaredLength(raw, MAX_BODY_BYTES);
    if ((method === 'POST' || method === 'PUT') && hasBody(raw)) {
      const { jsonBodyTimeoutSeconds: seconds } = this.config.http;
      bodies.set(raw, await readJson(raw, { bytes: MAX_BODY_BYTES, seconds }));
    }
    return true;
  }
}

/** A body as a parser of this dialect gets it. */
export interface SentBody {
  /** Undefined when there was none. */
  readonly document: unknown;
  /** On the alias `/v2`: unknown keys of the body are overlooked (compute-v2.1 section 2). */
  readonly isLenient: boolean;
}

/** What {@link RequestBodyGuard} read. */
export const ComputeBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext): SentBody => {
    const { raw } = context.switchToHttp().getRequest<FastifyRequest>();
    return { document: bodies.get(raw), isLenient: mountOf(raw).isLegacy === true };
  },
);
