import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { mountOf } from '../api/http/mount.js';
import { Unauthenticated } from '../kernel/errors.js';
import type { Principal } from '../kernel/principal.js';
import type { TokenUse } from './access-rules.js';
import { Authenticator } from './authenticator.js';
import { credentialsOf } from './credentials.js';

/** Who sends a request, by what it carries. */
@Injectable()
export class RequestAuthentication {
  constructor(@Inject(Authenticator) private readonly authenticator: Authenticator) {}

  /** @throws Unauthenticated without credentials; otherwise like {@link Authenticator.authenticate} */
  async principalOf(request: FastifyRequest): Promise<Principal> {
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
