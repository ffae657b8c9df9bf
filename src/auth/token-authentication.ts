import type { FastifyRequest } from 'fastify';
import { mountOf } from '../api/http/mount.js';
import { Unauthenticated } from '../kernel/errors.js';
import type { Principal } from '../kernel/principal.js';
import type { TokenUse } from './access-rules.js';
import type { Authenticator } from './authenticator.js';
import { credentialsOf } from './credentials.js';
import { RequestAuthentication } from './request-authentication.js';

/** By the tokens that a request carries. */
export class TokenAuthentication extends RequestAuthentication {
  constructor(private readonly authenticator: Authenticator) {
    super();
  }

  override async principalOf(request: FastifyRequest): Promise<Principal> {
    const credentials = credentialsOf(request, this.authenticator.acceptsBearer);
    if (credentials === null) throw new Unauthenticated();
    return this.authenticator.authenticate(credentials, useOf(request));
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
