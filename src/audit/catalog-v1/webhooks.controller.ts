import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { parseLimit } from '../../api/http/limit.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { pageLinks } from '../../api/http/page-links.js';
import { lastValue, RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Requires } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ManageWebhooks } from '../application/manage-webhooks.js';
import { parseRecordId } from './audit.request.js';
import {
  deadLettersSchema,
  resentSchema,
  toDeadLettersDocument,
  toWebhooksDocument,
  webhooksSchema,
} from './webhooks.representation.js';

const PATH = '/catalog/v1/webhooks';

/** An addition to the OpenStack APIs: what is on its way to webhooks, and what did not arrive. */
@ApiTags('Catalog: audit and events')
@NeedsToken()
@Requires('webhook:manage')
@Controller('catalog/v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(ManageWebhooks) private readonly webhooks: ManageWebhooks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @NoBody()
  @ApiOperation({ operationId: 'listWebhooks', summary: 'List webhooks and their backlog' })
  @ApiResponse({ status: 200, description: 'The configured ones.', schema: webhooksSchema })
  @Fails(400, 403)
  async list() {
    return toWebhooksDocument(await this.webhooks.list());
  }

  @Get(':webhook_id/dead-letters')
  @NoBody()
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'List events that did not arrive' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 25 } })
  @ApiQuery({ name: 'marker', required: false, description: 'Id of the last record seen' })
  @ApiResponse({ status: 200, description: 'In their order.', schema: deadLettersSchema })
  @Fails(400, 403, 404)
  async deadLetters(@Param('webhook_id') webhookId: string, @RawQuery() query: QueryParameters) {
    const page = await this.webhooks.deadLetters(webhookId, {
      limit: parseLimit(lastValue(query, 'limit') || undefined, this.config.images),
      after: parseRecordId(lastValue(query, 'marker') || null, 'marker'),
    });
    const path = `${PATH}/${encodeURIComponent(webhookId)}/dead-letters`;
    const links = pageLinks(path, query, page, ({ record }) => String(record.id));
    return toDeadLettersDocument(page.items, links);
  }

  @Post(':webhook_id/dead-letters/resend')
  @HttpCode(202)
  @NoBody()
  @ApiOperation({ operationId: 'resendDeadLetters', summary: 'Send all dead letters again' })
  @ApiResponse({ status: 202, description: 'They are on their way.', schema: resentSchema })
  @Fails(400, 403, 404)
  async resendAll(@Param('webhook_id') webhookId: string) {
    return { resent: await this.webhooks.resend(webhookId, null) };
  }

  @Post(':webhook_id/dead-letters/:record_id/resend')
  @HttpCode(202)
  @NoBody()
  @ApiOperation({ operationId: 'resendDeadLetter', summary: 'Send one dead letter again' })
  @ApiResponse({ status: 202, description: 'It is on its way.', schema: resentSchema })
  @Fails(400, 403, 404)
  async resend(@Param('webhook_id') webhookId: string, @Param('record_id') recordId: string) {
    const id = parseRecordId(recordId, 'record id');
    return { resent: await this.webhooks.resend(webhookId, id) };
  }
}
