import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { pageLinks } from '../../api/http/page-links.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ListAuditRecords } from '../application/list-audit-records.js';
import { AUDIT_ACTIONS } from '../domain/audit-record.js';
import { auditListSchema, toAuditListDocument } from './audit.representation.js';
import { parseAuditQuery } from './audit.request.js';

const PATH = '/catalog/v1/audit';
const date = { type: 'string', format: 'date-time' } as const;

/** An addition to the OpenStack APIs: who changed what, and how it was before. */
@ApiTags('Catalog: audit and events')
@NeedsToken()
@Controller('catalog/v1/audit')
export class AuditController {
  constructor(
    @Inject(ListAuditRecords) private readonly listRecords: ListAuditRecords,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Requires('audit:read')
  @NoBody()
  @ApiOperation({
    operationId: 'listAuditRecords',
    summary: 'List changes, newest first',
    description: 'Admins see everything, others what happened to the things of their tenant.',
  })
  @ApiQuery({ name: 'image_id', required: false, schema: { type: 'string', format: 'uuid' } })
  @ApiQuery({ name: 'tenant_id', required: false, description: 'Whose thing was changed' })
  @ApiQuery({
    name: 'action',
    required: false,
    schema: { type: 'string', enum: [...AUDIT_ACTIONS] },
  })
  @ApiQuery({ name: 'user_id', required: false, description: 'Who asked' })
  @ApiQuery({ name: 'request_id', required: false, description: 'By which request' })
  @ApiQuery({ name: 'since', required: false, schema: date, description: 'Inclusive' })
  @ApiQuery({ name: 'until', required: false, schema: date, description: 'Exclusive' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 25 } })
  @ApiQuery({ name: 'marker', required: false, description: 'Id of the last record seen' })
  @ApiResponse({ status: 200, description: 'Records, newest first.', schema: auditListSchema })
  @Fails(400, 403)
  async list(@RawQuery() query: QueryParameters, @CurrentPrincipal() principal: Principal) {
    const command = parseAuditQuery(query, this.config.images);
    const page = await this.listRecords.execute(command, principal);
    return toAuditListDocument(
      page.items,
      pageLinks(PATH, query, page, ({ id }) => String(id)),
    );
  }
}
