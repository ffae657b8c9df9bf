import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { mountOf } from '../api/http/mount.js';
import { Unauthenticated } from '../kernel/errors.js';
import type { TokenUse } from './access-rules.js';
import { Authenticator } from './authenticator.js';
import { credentialsOf } from './credentials.js';
import { ACCESS, type Access } from './decorators.js';
import { rememberPrincipal } from './request-principal.js';
import { TenantRegister } from './tenant-register.js';

/** Establishes who is asking: 401 unless the credentials are valid. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(TenantRegister) private readonly tenants: TenantRegister,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const credentials = credentialsOf(request, this.authenticator.acceptsBearer);
    if (credentials === null) throw new Unauthenticated();
    const principal = await this.authenticator.authenticate(credentials, useOf(request));
    if (principal.tenantId !== null) await this.tenants.enter(principal.tenantId);
    rememberPrincipal(request, principal);
    return true;
  }
}

function useOf(request: FastifyRequest): TokenUse {
  const { dialect } = mountOf(request.raw);
  return {
    service: dialect === 'service' ? null : dialect,
    method: request.method,
    paths: [request.url, request.originalUrl].map((url) => url.split('?', 1)[0] ?? ''),
  };
}
