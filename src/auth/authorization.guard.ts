import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Forbidden } from '../kernel/errors.js';
import type { Principal } from '../kernel/principal.js';
import { ACCESS, type Access } from './decorators.js';
import { permits } from './policy.js';
import { principalOf } from './request-principal.js';
import { TenantGate } from './tenant-gate.js';

/** Judges the caller and the route alone: 403 when the tenant is suspended or the role table refuses. Denies by default. */
@Injectable()
export class AuthorizationGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TenantGate) private readonly gate: TenantGate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === undefined) throw new Error('The route declares no access rule.');
    if (access.kind === 'public') return true;
    const principal = principalOf(context.switchToHttp().getRequest<{ id: string }>());
    await this.refuseSuspended(principal);
    if (access.kind === 'action' && !permits(access.action, principal)) throw new Forbidden();
    return true;
  }

  private async refuseSuspended({ tenantId }: Principal): Promise<void> {
    if (tenantId !== null && (await this.gate.isSuspended(tenantId))) {
      throw new Forbidden('The project is suspended.');
    }
  }
}
