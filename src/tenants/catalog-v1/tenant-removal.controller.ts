import { Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { CurrentOrigin, CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { ChangeOrigin } from '../../kernel/change-origin.js';
import type { Principal } from '../../kernel/principal.js';
import { RemoveTenant } from '../application/remove-tenant.js';
import { TenantIdPipe } from './tenant-id.pipe.js';
import {
  parseRemovalRequest,
  previewSchema,
  removalRequestSchema,
  removalSchema,
  toPreviewDocument,
  toRemovalDocument,
} from './tenants.representation.js';

interface Reply {
  status(code: number): unknown;
}

/** An addition to the OpenStack APIs: a tenant goes with everything it owns. */
@ApiTags('Catalog: tenants')
@NeedsToken()
@Controller('catalog/v1/tenants/:tenant_id/removal')
export class TenantRemovalController {
  constructor(@Inject(RemoveTenant) private readonly removal: RemoveTenant) {}

  @Post()
  @Requires('tenant:manage')
  @ApiOperation({
    operationId: 'removeTenant',
    summary: 'Remove a tenant with everything it owns',
    description:
      'By default a dry run that only counts. Otherwise the tenant is suspended at once and removed in the background, protected images included; nothing can be restored.',
  })
  @ApiBody({ schema: removalRequestSchema })
  @ApiResponse({ status: 200, description: 'What would be removed.', schema: previewSchema })
  @ApiResponse({ status: 202, description: 'The removal has begun.', schema: removalSchema })
  @Fails(
    400,
    403,
    [404, 'No tenant has such an id.'],
    [409, 'It is the caller’s own, or being removed already.'],
  )
  async remove(
    @Param('tenant_id', TenantIdPipe) tenantId: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @CurrentOrigin() origin: ChangeOrigin,
    @Res({ passthrough: true }) reply: Reply,
  ) {
    const isDryRun = parseRemovalRequest(body);
    reply.status(isDryRun ? 200 : 202);
    if (isDryRun) return toPreviewDocument(tenantId, await this.removal.preview(tenantId));
    return toRemovalDocument(await this.removal.begin(tenantId, principal, origin));
  }

  @Get()
  @Requires('tenant:read')
  @NoBody()
  @ApiOperation({ operationId: 'showTenantRemoval', summary: 'Show how far a removal is' })
  @ApiResponse({ status: 200, description: 'The removal.', schema: removalSchema })
  @Fails(400, 403, [404, 'The tenant is not being removed and never was.'])
  async show(@Param('tenant_id', TenantIdPipe) tenantId: string) {
    return toRemovalDocument(await this.removal.progress(tenantId));
  }
}
