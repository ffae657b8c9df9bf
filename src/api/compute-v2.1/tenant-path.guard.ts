import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../../auth/request-principal.js';
import { InvalidRequest, quote } from '../../kernel/errors.js';

/** The project segment in a route: lower-case hexadecimal and dashes; other segments match no route. */
export const TENANT_PATH = ':tenant_id(^[0-9a-f-]+$)';

/** The tenant in the path must be the token's tenant, for admins too: 400 (compute-v2.1 section 5). */
@Injectable()
export class TenantPathGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const inPath = tenantInPath(request);
    if (inPath === null) return true;
    const { tenantId } = principalOf(request);
    if (tenantId === inPath) return true;
    const inToken = tenantId === null ? 'no project' : `the project ${quote(tenantId)}`;
    throw new InvalidRequest(
      `The path names the project ${quote(inPath)}, but the token is scoped to ${inToken}.`,
    );
  }
}

/** The tenant that the matched route carried, if it did. */
export function tenantInPath(request: Pick<FastifyRequest, 'params'>): string | null {
  return (request.params as Partial<Record<string, string>>)['tenant_id'] ?? null;
}
