import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Query,
  Req,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import { NotFound } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageTokens } from '../application/manage-tokens.js';
import { ServiceCatalog } from '../identity-v3/service-catalog.js';
import { toAccessJson, toEndpointsJson } from './access.representation.js';
import * as docs from './identity-v2.openapi.js';

/** Looking at and ending tokens the way of version 2.0: the token is part of the path. */
@ApiTags('Identity API v2.0 (legacy)')
@Authenticated()
@Controller('identity/v2.0/tokens')
export class TokensV2Controller {
  constructor(
    @Inject(ManageTokens) private readonly tokens: ManageTokens,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
  ) {}

  @Get(':token_id')
  @docs.ValidateTokenDocs()
  async show(
    @Param('token_id') token: string,
    @Query('belongsTo') tenant: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const resolved = await this.tokens.show({ token, allowExpired: false }, principal);
    const projectId = resolved.grant.project?.id ?? null;
    if (tenant !== undefined && tenant !== projectId) throw new NotFound();
    const catalog = this.catalog.forProject(projectId, request);
    return toAccessJson({ ...resolved, token, catalog, flavour: 'openstack' });
  }

  @Get(':token_id/endpoints')
  @docs.ListEndpointsDocs()
  async endpoints(
    @Param('token_id') token: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const { grant } = await this.tokens.show({ token, allowExpired: false }, principal);
    const projectId = grant.project?.id ?? null;
    const catalog = projectId === null ? [] : this.catalog.forProject(projectId, request);
    return toEndpointsJson(catalog, projectId ?? '');
  }

  @Delete()
  @HttpCode(204)
  @docs.RevokeOwnTokenDocs()
  async revokeOwn(
    @Headers('x-auth-token') token: string | undefined,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tokens.revoke(token?.trim() ?? '', principal);
  }

  @Delete(':token_id')
  @HttpCode(204)
  @docs.RevokeTokenDocs()
  async revoke(
    @Param('token_id') token: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tokens.revoke(token, principal);
  }
}
