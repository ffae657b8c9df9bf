import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { parseLimit } from '../../api/http/limit.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { pageLinks } from '../../api/http/page-links.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ManageTenants } from '../application/manage-tenants.js';
import { TenantIdPipe } from './tenant-id.pipe.js';
import {
  parseSuspended,
  tenantListSchema,
  tenantSchema,
  toTenantDocument,
  toTenantListDocument,
} from './tenants.representation.js';

const PATH = '/catalog/v1/tenants';

/** An addition to the OpenStack APIs: the tenants of the catalog, whichever identity they come from. */
@ApiTags('Catalog: tenants')
@NeedsToken()
@Controller('catalog/v1/tenants')
export class TenantsController {
  constructor(
    @Inject(ManageTenants) private readonly tenants: ManageTenants,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Requires('tenant:read')
  @NoBody()
  @ApiOperation({ operationId: 'listCatalogTenants', summary: 'List tenants with quota and usage' })
  @ApiQuery({ name: 'suspended', required: false, schema: { type: 'boolean' } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 25 } })
  @ApiQuery({ name: 'marker', required: false, description: 'Id of the last tenant seen' })
  @ApiResponse({ status: 200, description: 'Tenants by id.', schema: tenantListSchema })
  @Fails(400, 403)
  async list(@RawQuery() query: QueryParameters) {
    const values = new Map(query);
    const page = await this.tenants.list({
      isSuspended: parseSuspended(query),
      limit: parseLimit(values.get('limit'), this.config.images),
      after: values.get('marker') ?? null,
    });
    const links = pageLinks(PATH, query, page, ({ tenantId }) => tenantId);
    return toTenantListDocument(page.items, links);
  }

  @Get(':tenant_id')
  @Requires('tenant:read')
  @NoBody()
  @ApiOperation({ operationId: 'showCatalogTenant', summary: 'Show a tenant with quota and usage' })
  @ApiResponse({ status: 200, description: 'The tenant.', schema: tenantSchema })
  @Fails(400, 403, [404, 'The tenant was never heard of, or was removed.'])
  async show(@Param('tenant_id', TenantIdPipe) tenantId: string) {
    return toTenantDocument(await this.tenants.show(tenantId));
  }

  @Post(':tenant_id/suspend')
  @HttpCode(200)
  @Requires('tenant:manage')
  @NoBody()
  @ApiOperation({
    operationId: 'suspendTenant',
    summary: 'Suspend a tenant',
    description:
      'Its requests are answered with 403 at once, by other replicas within two seconds. Its data stays. Idempotent.',
  })
  @ApiResponse({ status: 200, description: 'The tenant.', schema: tenantSchema })
  @Fails(400, 403, [404, 'No tenant has such an id.'], [409, 'It is the caller’s own.'])
  async suspend(
    @Param('tenant_id', TenantIdPipe) tenantId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    return toTenantDocument(await this.tenants.suspend(tenantId, principal));
  }

  @Post(':tenant_id/resume')
  @HttpCode(200)
  @Requires('tenant:manage')
  @NoBody()
  @ApiOperation({ operationId: 'resumeTenant', summary: 'Let a suspended tenant in again' })
  @ApiResponse({ status: 200, description: 'The tenant.', schema: tenantSchema })
  @Fails(400, 403, [404, 'No tenant has such an id.'], [409, 'It is being removed.'])
  async resume(@Param('tenant_id', TenantIdPipe) tenantId: string) {
    return toTenantDocument(await this.tenants.resume(tenantId));
  }
}
