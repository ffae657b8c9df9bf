import { Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Requires } from '../../auth/decorators.js';
import { TenantQuotas } from '../application/tenant-quotas.js';
import { TenantIdPipe } from './tenant-id.pipe.js';
import {
  parseQuotaOverrides,
  quotaReportSchema,
  quotaRequestSchema,
  toQuotaDocument,
} from './tenant-quotas.representation.js';

/** An addition to the OpenStack APIs: what a tenant uses and may use. */
@ApiTags('Catalog: tenants')
@NeedsToken()
@Controller('catalog/v1/tenants/:tenant_id/quota')
export class TenantQuotasController {
  constructor(@Inject(TenantQuotas) private readonly quotas: TenantQuotas) {}

  @Get()
  @Requires('quota:show')
  @NoBody()
  @ApiOperation({ operationId: 'showTenantQuota', summary: 'Show quota and usage of a tenant' })
  @ApiResponse({ status: 200, description: 'Quota and usage.', schema: quotaReportSchema })
  @Fails(400, 403, [404, 'No tenant has such an id.'])
  async show(@Param('tenant_id', TenantIdPipe) tenantId: string) {
    return toQuotaDocument(await this.quotas.show(tenantId));
  }

  @Put()
  @Requires('quota:set')
  @ApiOperation({
    operationId: 'setTenantQuota',
    summary: 'Set the quota of a tenant',
    description:
      'Replaces both limits: null or absent returns to the default, -1 is unlimited. Nothing that exists is touched.',
  })
  @ApiBody({ schema: quotaRequestSchema })
  @ApiResponse({ status: 200, description: 'Quota and usage.', schema: quotaReportSchema })
  @Fails(400, 403, [404, 'No tenant has such an id.'])
  async set(@Param('tenant_id', TenantIdPipe) tenantId: string, @JsonBody() body: unknown) {
    return toQuotaDocument(await this.quotas.set(tenantId, parseQuotaOverrides(body)));
  }
}
