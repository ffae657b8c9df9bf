import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { permits, type Action } from '../../auth/policy.js';
import { principalOf } from '../../auth/request-principal.js';
import { Forbidden, NotFound } from '../../kernel/errors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { microversionOf } from './microversion.guard.js';
import { compareMicroversions } from './microversion.js';

export interface ComputeOperation {
  /** The last microversion that still has the operation, later ones answer 404; null: every one has it. */
  readonly until: string | null;
  /** What the caller must be permitted at all, else 403. Null: the use case alone decides, with 404. */
  readonly requires: Action | null;
}

const OPERATION = Symbol('compute operation');

export const Operation = (operation: ComputeOperation): MethodDecorator =>
  SetMetadata(OPERATION, operation);

export const operationOf = (
  reflector: Reflector,
  context: ExecutionContext,
): ComputeOperation | undefined => reflector.get(OPERATION, context.getHandler());

/**
 * Judges the operation behind a route. The role table is asked here and not by `@Requires()`, because a token
 * of another project, or of none, is first of all a bad path: 400.
 */
@Injectable()
export class OperationGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const operation = operationOf(this.reflector, context);
    if (operation === undefined) throw new Error('The route declares no @Operation().');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { until, requires } = operation;
    const { text } = microversionOf(request.raw, this.config.compute.maxMicroversion);
    if (until !== null && compareMicroversions(text, until) > 0) throw new NotFound();
    if (requires !== null && !permits(requires, principalOf(request))) throw new Forbidden();
    return true;
  }
}
