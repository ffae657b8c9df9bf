import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Forbidden } from '../kernel/errors.js';
import { ACCESS, type Access } from './decorators.js';
import { permits } from './policy.js';
import { principalOf } from './request-principal.js';

/** Judges the caller and the route alone: 403 when the role table refuses. Denies by default. */
@Injectable()
export class AuthorizationGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === undefined) throw new Error('The route declares no access rule.');
    if (access.kind !== 'action') return true;
    const principal = principalOf(context.switchToHttp().getRequest<object>());
    if (!permits(access.action, principal)) throw new Forbidden();
    return true;
  }
}
