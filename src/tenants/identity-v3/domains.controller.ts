import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageDomains } from '../application/manage-domains.js';
import { domainDocs } from './directory.examples.js';
import { ChangeDocs, CreateDocs, DeleteDocs, ListDocs, ShowDocs } from './directory.openapi.js';
import { toDomainJson } from './directory.representation.js';
import {
  ChangeDomainRequest,
  CreateDomainRequest,
  toDomainChanges,
  toNewDomain,
} from './domain.requests.js';
import { ListQuery, given } from './list-query.js';
import { Presenter } from './presenter.js';
import { ValidatedBody } from './validated-body.js';

/** Domains: where the names of users and projects live. */
@ApiTags('Identity API v3: domains')
@NeedsToken()
@Controller('identity/v3/domains')
export class DomainsController {
  constructor(
    @Inject(ManageDomains) private readonly domains: ManageDomains,
    @Inject(Presenter) private readonly presenter: Presenter,
  ) {}

  @Get()
  @Requires('identity:read')
  @ListDocs(domainDocs)
  async list(
    @RawQuery() parameters: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const query = new ListQuery(parameters);
    const filter = given({ name: query.text('name'), isEnabled: query.flag('enabled') });
    const page = await this.domains.list(filter, query.page());
    return this.presenter.many('domains', page, toDomainJson, request);
  }

  @Get(':domain_id')
  @Authenticated()
  @ShowDocs(domainDocs)
  async show(
    @Param('domain_id') id: string,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const domain = await this.domains.show(id, principal);
    return this.presenter.one('domain', domain, toDomainJson, request);
  }

  @Post()
  @Requires('identity:manage')
  @CreateDocs(domainDocs, CreateDomainRequest)
  async create(
    @ValidatedBody(CreateDomainRequest) body: CreateDomainRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const domain = await this.domains.create(toNewDomain(body));
    return this.presenter.one('domain', domain, toDomainJson, request);
  }

  @Patch(':domain_id')
  @Requires('identity:manage')
  @ChangeDocs(domainDocs, ChangeDomainRequest)
  async change(
    @Param('domain_id') id: string,
    @ValidatedBody(ChangeDomainRequest) body: ChangeDomainRequest,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const domain = await this.domains.change(id, toDomainChanges(body));
    return this.presenter.one('domain', domain, toDomainJson, request);
  }

  @Delete(':domain_id')
  @Requires('identity:manage')
  @HttpCode(204)
  @DeleteDocs(domainDocs, 'With its users and projects; it must have been disabled before.')
  async remove(@Param('domain_id') id: string): Promise<void> {
    await this.domains.remove(id);
  }
}
