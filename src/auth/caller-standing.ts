import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Forbidden, Unauthenticated } from '../kernel/errors.js';
import type { Principal } from '../kernel/principal.js';
import { permits, type Action } from './policy.js';
import { RequestAuthentication } from './request-authentication.js';
import { TenantGate } from './tenant-gate.js';

/** For answers that last: whether what the guards found at the beginning still holds. */
@Injectable()
export class CallerStanding {
  constructor(
    @Inject(RequestAuthentication) private readonly authentication: RequestAuthentication,
    @Inject(TenantGate) private readonly gate: TenantGate,
  ) {}

  /** @returns who the caller is now; null when the token, the tenant or the permission is gone */
  async of(request: FastifyRequest, before: Principal, action: Action): Promise<Principal | null> {
    const principal = await this.presentPrincipal(request);
    if (principal === null || principal.userId !== before.userId) return null;
    const { tenantId } = principal;
    if (tenantId !== null && (await this.gate.isSuspended(tenantId))) return null;
    return permits(action, principal) ? principal : null;
  }

  private async presentPrincipal(request: FastifyRequest): Promise<Principal | null> {
    try {
      return await this.authentication.principalOf(request);
    } catch (error) {
      if (error instanceof Unauthenticated || error instanceof Forbidden) return null;
      throw error;
    }
  }
}
