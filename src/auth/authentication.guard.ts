import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, type Access } from './decorators.js';
import { RequestAuthentication } from './request-authentication.js';
import { rememberPrincipal } from './request-principal.js';
import { TenantRegister } from './tenant-register.js';

/** Establishes who is asking: 401 unless the credentials are valid. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(RequestAuthentication) private readonly authentication: RequestAuthentication,
    @Inject(TenantRegister) private readonly tenants: TenantRegister,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authentication.principalOf(request);
    rememberPrincipal(request, principal);
    if (principal.tenantId !== null) await this.tenants.enter(principal.tenantId);
    return true;
  }
}
