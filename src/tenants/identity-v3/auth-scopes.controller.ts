import { Controller, Get, Head, Inject, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { json } from '../../api/http/openapi-schemas.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import { Forbidden } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { ShowOwnScopes } from '../application/show-own-scopes.js';
import { catalogDocument, catalogExample } from './auth-tokens.openapi-schemas.js';
import { toDomainJson, toProjectJson } from './directory.representation.js';
import { ListQuery } from './list-query.js';
import { Presenter } from './presenter.js';
import { ServiceCatalog } from './service-catalog.js';
import { toCatalogJson } from './token.representation.js';
import { domainDocs, projectDocs, systemDocs } from './directory.examples.js';
import { PageReply, WholeReply } from './directory.openapi.js';

/** What the caller's token is good for, and what else its user could get one for (identity B6, B7). */
@ApiTags('Identity API v3: tokens')
@NeedsToken()
@Authenticated()
@Controller('identity/v3/auth')
export class AuthScopesController {
  constructor(
    @Inject(ShowOwnScopes) private readonly scopes: ShowOwnScopes,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get('catalog')
  @ApiOperation({ operationId: 'showCatalog', summary: 'Show the service catalog of the token' })
  @ApiResponse({
    status: 200,
    description: 'As in the token.',
    content: json(catalogDocument, catalogExample),
  })
  @Fails([403, 'The token is for no project.'])
  showCatalog(@CurrentPrincipal() principal: Principal, @Req() request: FastifyRequest): object {
    this.checkCatalog(principal);
    const catalog = this.catalog.forProject(principal.tenantId, request);
    return { catalog: toCatalogJson(catalog), links: { self: this.presenter.self(request) } };
  }

  @Head('catalog')
  @ApiOperation({ operationId: 'checkCatalog', summary: 'Is there a service catalog?' })
  @ApiResponse({ status: 200, description: 'There is.' })
  @Fails([403, 'The token is for no project.'])
  checkCatalog(@CurrentPrincipal() principal: Principal): void {
    if (principal.tenantId === null) throw new Forbidden('The token is for no project.');
  }

  @Get('projects')
  @ApiOperation({ operationId: 'listOwnProjects', summary: 'List the projects to get a token for' })
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

  @Get('domains')
  @ApiOperation({ operationId: 'listOwnDomains', summary: 'List the domains to get a token for' })
  @PageReply('Enabled domains on which the user has a role.', domainDocs)
  @Fails(400)
  async listDomains(
    @RawQuery() parameters: QueryParameters,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const page = await this.scopes.domains(new ListQuery(parameters).page(), principal);
    return this.presenter.many('domains', page, toDomainJson, request);
  }

  @Get('system')
  @ApiOperation({
    operationId: 'listOwnSystem',
    summary: 'May the user get a token for the system?',
  })
  @WholeReply('A list with one entry if so, else an empty one.', systemDocs)
  @Fails()
  async listSystem(
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const system = (await this.scopes.system(principal)) ? [{ all: true }] : [];
    return { system, links: { self: this.presenter.self(request) } };
  }

  @Head(['projects', 'domains', 'system'])
  @ApiOperation({ summary: 'Is the token valid?' })
  @ApiResponse({ status: 200, description: 'It is.' })
  @Fails()
  check(): void {
    // The guards have answered; there is nothing to add without a body.
  }
}
