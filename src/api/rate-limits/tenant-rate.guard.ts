import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../../auth/request-principal.js';
import { RateLimits } from './rate-limits.js';

/** Stands behind the guards of `auth`, so that a tenant is charged for its own requests only. */
@Injectable()
export class TenantRateGuard implements CanActivate {
  constructor(@Inject(RateLimits) private readonly limits: RateLimits) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.limits.areOff) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const { tenantId } = originOf(request);
    if (tenantId !== null) {
      this.limits.admitTenant(tenantId, request, http.getResponse<FastifyReply>());
    }
    return true;
  }
}
