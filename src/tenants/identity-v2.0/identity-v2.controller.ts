import { Controller, Get, HttpCode, Inject, Ip, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { speakRackspace } from '../../api/http/rackspace.js';
import { Authenticated, CurrentPrincipal, Public } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { IssueToken } from '../application/issue-token.js';
import { ShowOwnScopes } from '../application/show-own-scopes.js';
import { IdentityBody } from '../identity-v3/identity-body.js';
import { ListQuery } from '../identity-v3/list-query.js';
import { ServiceCatalog } from '../identity-v3/service-catalog.js';
import { toAccessJson, toTenantJson } from './access.representation.js';
import { flavourOf, parseAuthV2 } from './auth-v2.request.js';
import * as docs from './identity-v2.openapi.js';

/** Version 2.0 for clients of that age, over the same users and tokens as version 3 (identity B8). */
@ApiTags('Identity API v2.0 (legacy)')
@Controller('identity/v2.0')
export class IdentityV2Controller {
  constructor(
    @Inject(IssueToken) private readonly issueToken: IssueToken,
    @Inject(ShowOwnScopes) private readonly scopes: ShowOwnScopes,
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
  ) {}

  @Get()
  @Public()
  @docs.ShowVersionDocs()
  version(@Req() request: FastifyRequest): object {
    return {
      version: {
        id: 'v2.0',
        status: 'DEPRECATED',
        updated: '2016-08-04T00:00:00Z',
        links: [{ rel: 'self', href: `${this.baseUrls.origin(request)}/identity/v2.0/` }],
        'media-types': [
          { base: 'application/json', type: 'application/vnd.openstack.identity-v2.0+json' },
        ],
      },
    };
  }

  @Post('tokens')
  @Public()
  @HttpCode(200)
  @docs.AuthenticateDocs()
  async authenticate(
    @IdentityBody() body: unknown,
    @Ip() address: string,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const flavour = flavourOf(body);
    if (flavour === 'rackspace') speakRackspace(request.raw);
    const issued = await this.issueToken.execute({ ...parseAuthV2(body), address });
    const catalog = this.catalog.forProject(issued.grant.project?.id ?? null, request);
    return toAccessJson({ ...issued, catalog, flavour });
  }

  @Get('tenants')
  @Authenticated()
  @docs.ListTenantsDocs()
  async tenants(
    @RawQuery() parameters: QueryParameters,
    @CurrentPrincipal() principal: Principal,
  ): Promise<object> {
    const page = await this.scopes.projects(new ListQuery(parameters).page(), principal);
    return { tenants: page.items.map(toTenantJson), tenants_links: [] };
  }
}
