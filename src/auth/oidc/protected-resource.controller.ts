import { Controller, Get, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { NotFound } from '../../kernel/errors.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Public } from '../decorators.js';

/** Tells OAuth clients whose access tokens are accepted (RFC 9728). */
@ApiTags('Service')
@Public()
@Controller('.well-known/oauth-protected-resource')
export class ProtectedResourceController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'showProtectedResource',
    summary: 'Show whose bearer tokens are accepted',
  })
  @ApiResponse({
    status: 200,
    description: 'The metadata of RFC 9728.',
    schema: {
      type: 'object',
      required: ['resource', 'authorization_servers', 'bearer_methods_supported'],
      properties: {
        resource: { type: 'string', format: 'uri' },
        authorization_servers: { type: 'array', items: { type: 'string', format: 'uri' } },
        scopes_supported: { type: 'array', items: { type: 'string' } },
        bearer_methods_supported: { type: 'array', items: { type: 'string', enum: ['header'] } },
      },
    },
  })
  @ApiResponse({ status: 404, description: 'No issuer is configured.' })
  show(@Req() request: FastifyRequest): object {
    const { oidc } = this.config.auth;
    if (oidc.length === 0) throw new NotFound();
    const scopes = new Set(oidc.flatMap(({ mapping }) => Object.keys(mapping.scopeTable ?? {})));
    return {
      resource: this.baseUrls.origin(request),
      authorization_servers: oidc.map(({ issuer }) => issuer),
      ...(scopes.size > 0 && { scopes_supported: [...scopes] }),
      bearer_methods_supported: ['header'],
    };
  }
}
