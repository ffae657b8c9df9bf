import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IncomingHttpHeaders } from 'node:http';
import { Unauthenticated } from '../kernel/errors.js';
import { ACCESS, type Access } from './decorators.js';
import { rememberPrincipal } from './request-principal.js';
import { TokenVerifier } from './token-verifier.js';

/** Longer tokens are refused unread (S-06). */
const MAX_TOKEN_BYTES = 8192;

interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  readonly raw: { readonly rawHeaders: readonly string[] };
}

/** Establishes who is asking: 401 unless `X-Auth-Token` is valid. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(TokenVerifier) private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access?.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const token = tokenOf(request);
    const principal = token === null ? null : await this.verifier.verify(token);
    if (principal === null) throw new Unauthenticated();
    rememberPrincipal(request, principal);
    return true;
  }
}

/** The one `X-Auth-Token` (or its alias `X-Storage-Token`); several, empty or oversized ones count as none. */
function tokenOf(request: HttpRequest): string | null {
  const name = request.headers['x-auth-token'] === undefined ? 'x-storage-token' : 'x-auth-token';
  const value = request.headers[name];
  if (typeof value !== 'string') return null;
  const occurrences = request.raw.rawHeaders.filter(
    (header, index) => index % 2 === 0 && header.toLowerCase() === name,
  ).length;
  const token = value.trim();
  return occurrences > 1 || token === '' || token.length > MAX_TOKEN_BYTES ? null : token;
}
