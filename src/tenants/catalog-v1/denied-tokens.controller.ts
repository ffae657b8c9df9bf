import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { parseLimit } from '../../api/http/limit.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { pageLinks } from '../../api/http/page-links.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Requires } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DenyTokens } from '../application/deny-tokens.js';
import {
  denialListSchema,
  denialRequestSchema,
  denialSchema,
  parseDenial,
  toDenialDocument,
  toDenialListDocument,
} from './denied-tokens.representation.js';

const PATH = '/catalog/v1/denied-tokens';

/** An addition to the OpenStack APIs: bearer tokens of issuers that are ended before their time (identity C6). */
@ApiTags('Catalog: denied tokens')
@NeedsToken()
@Requires('identity:manage')
@Controller('catalog/v1/denied-tokens')
export class DeniedTokensController {
  constructor(
    @Inject(DenyTokens) private readonly denyTokens: DenyTokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @NoBody()
  @ApiOperation({
    operationId: 'listDeniedTokens',
    summary: 'List the bearer tokens that are denied',
  })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 25 } })
  @ApiQuery({ name: 'marker', required: false, description: 'Id of the last entry seen' })
  @ApiResponse({ status: 200, description: 'Entries by id.', schema: denialListSchema })
  @Fails(400, 403)
  async list(@RawQuery() query: QueryParameters): Promise<object> {
    const values = new Map(query);
    const page = await this.denyTokens.list({
      limit: parseLimit(values.get('limit'), this.config.images),
      after: values.get('marker') ?? null,
    });
    return toDenialListDocument(
      page.items,
      pageLinks(PATH, query, page, ({ id }) => id),
    );
  }

  @Post()
  @ApiOperation({
    operationId: 'denyTokens',
    summary: 'Deny a bearer token, or those of a user',
    description:
      'They are answered with 401 at once, by other replicas within two seconds, and so are tokens that were got with them; those, by other replicas, within five.',
  })
  @ApiBody({ schema: denialRequestSchema })
  @ApiResponse({ status: 201, description: 'The entry.', schema: denialSchema })
  @Fails([400, 'Of another shape, or for an issuer that is not configured.'], 403)
  async deny(@JsonBody() body: unknown): Promise<object> {
    return toDenialDocument(await this.denyTokens.deny(parseDenial(body)));
  }

  @Delete(':denied_token_id')
  @HttpCode(204)
  @NoBody()
  @ApiOperation({ operationId: 'allowTokens', summary: 'Accept those bearer tokens again' })
  @ApiResponse({ status: 204, description: 'The entry is gone.' })
  @Fails(400, 403, [404, 'There is no such entry.'])
  async allow(@Param('denied_token_id') id: string): Promise<void> {
    await this.denyTokens.remove(id);
  }
}
