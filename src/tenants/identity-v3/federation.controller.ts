import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { json } from '../../api/http/openapi-schemas.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import { FederatedIdentities, type FederatedIdentity } from '../../auth/federated-identities.js';
import type { Principal } from '../../kernel/principal.js';
import { LogInThroughIssuer } from '../application/log-in-through-issuer.js';
import { ShowOwnScopes } from '../application/show-own-scopes.js';
import type { FederatedLogin } from '../domain/federated-login.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { FEDERATION_PROTOCOL } from '../domain/token.js';
import { tokenDocument } from './auth-tokens.openapi-schemas.js';
import { projectDocs } from './directory.examples.js';
import { PageReply } from './directory.openapi.js';
import { toProjectJson } from './directory.representation.js';
import { ListQuery } from './list-query.js';
import { Presenter } from './presenter.js';
import { toTokenJson } from './token.representation.js';

/** For OpenStack clients that log in at an OpenID Connect issuer: its token against one of this identity (C5). */
@ApiTags('Identity API v3: federation')
@NeedsToken()
@Authenticated()
@Controller('identity/v3/OS-FEDERATION')
export class FederationController {
  constructor(
    @Inject(FederatedIdentities) private readonly identities: FederatedIdentities,
    @Inject(LogInThroughIssuer) private readonly logInThroughIssuer: LogInThroughIssuer,
    @Inject(ShowOwnScopes) private readonly scopes: ShowOwnScopes,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Post('identity_providers/:identity_provider/protocols/:protocol/auth')
  @HttpCode(201)
  @ApiOperation({
    operationId: 'createFederatedToken',
    summary: 'Exchange a bearer token of an issuer for one of this service',
    description:
      'The bearer token comes in `Authorization`. The reply is a token for no project, which gets one for each project that the bearer token reaches; none of them outlives it.',
  })
  @ApiParam({ name: 'identity_provider', description: 'The short name of the issuer' })
  @ApiParam({ name: 'protocol', description: 'Always `openid`' })
  @ApiResponse({
    status: 201,
    description: 'The token is in the header.',
    headers: { 'X-Subject-Token': { description: 'The token', schema: { type: 'string' } } },
    content: json(tokenDocument),
  })
  @Fails(400, [403, 'The project is suspended.'], [404, 'No such issuer, or no such protocol.'])
  async exchange(
    @Param('identity_provider') provider: string,
    @Param('protocol') protocol: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    if (!this.identities.isProvider(provider)) {
      throw new EntityNotFound('identity provider', provider);
    }
    if (protocol !== FEDERATION_PROTOCOL) throw new EntityNotFound('protocol', protocol);
    const identity = await this.identities.of(request, provider);
    const issued = await this.logInThroughIssuer.execute(toLogin(identity), identity.issued);
    void reply.headers({ 'X-Subject-Token': issued.token, Vary: 'X-Auth-Token' });
    return toTokenJson(issued, null);
  }

  @Get('projects')
  @ApiOperation({
    operationId: 'listFederatedProjects',
    summary: 'List the projects to get a token for',
    description: 'As `GET /v3/auth/projects`.',
  })
  @PageReply('Enabled projects on which the user has a role.', projectDocs)
  @Fails(400)
  async listProjects(
    @RawQuery() parameters: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const page = await this.scopes.projects(new ListQuery(parameters).page(), principal);
    return this.presenter.many('projects', page, toProjectJson, request);
  }
}

function toLogin({ principal, issued }: FederatedIdentity): Omit<FederatedLogin, 'id'> {
  const { userId, userName, expiresAt } = principal;
  return {
    userId,
    userName: userName ?? userId,
    provider: issued.provider,
    tenants: issued.tenants.map(({ id, name, roles }) => ({ id, name, roles: [...roles] })),
    expiresAt,
  };
}
