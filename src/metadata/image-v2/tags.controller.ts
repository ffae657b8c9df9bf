import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
} from '@nestjs/common';
import { ApiHeader, ApiQuery, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageTags } from '../application/manage-tags.js';
import { toTag, toTagList, type Json } from './definition.representation.js';
import { isTrue, parseTag, parseTagNames } from './definition.requests.js';
import { Documented, TAG_OF_API } from './documented.js';
import { TAGS_EXAMPLE, TAG_BODY_EXAMPLE, TAG_EXAMPLE } from './examples.js';
import { DEFINITION_SORT_KEYS, parseTagList } from './list.requests.js';
import * as schemas from './metadefs.openapi-schemas.js';

@ApiTags(TAG_OF_API)
@NeedsToken()
@Requires('metadef:read')
@Controller('v2/metadefs/namespaces/:namespace/tags')
export class TagsController {
  constructor(@Inject(ManageTags) private readonly tags: ManageTags) {}

  @Get()
  @NoBody()
  @Documented({
    operationId: 'listMetadataTags',
    summary: 'List the tags of a namespace',
    success: {
      status: 200,
      description: 'All of them, or a page.',
      content: { schema: schemas.tagList, example: TAGS_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  @ApiQuery({ name: 'limit', required: false, description: 'Page size; all without it.' })
  @ApiQuery({ name: 'marker', required: false, description: 'Name of the last tag seen.' })
  @ApiQuery({ name: 'sort_key', required: false, enum: [...DEFINITION_SORT_KEYS.keys()] })
  @ApiQuery({ name: 'sort_dir', required: false, enum: ['asc', 'desc'] })
  async list(
    @Param('namespace') namespace: string,
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toTagList(await this.tags.list(namespace, parseTagList(query), principal));
  }

  @Post()
  @HttpCode(201)
  @Documented({
    operationId: 'writeMetadataTags',
    summary: 'Replace all tags of a namespace, or add several',
    success: {
      status: 201,
      description: 'The tags of the request.',
      content: { schema: schemas.tagList, example: TAGS_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newTags, example: TAGS_EXAMPLE },
  })
  @ApiHeader({
    name: 'X-Openstack-Append',
    required: false,
    description: 'With a true value the tags are added to those that are there.',
  })
  async write(
    @Param('namespace') namespace: string,
    @JsonBody() body: unknown,
    @Headers('x-openstack-append') append: string | undefined,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const names = parseTagNames(body);
    await this.tags.write(namespace, { names, append: isTrue(append) }, principal);
    return toTagList(names.map((name) => ({ name })));
  }

  @Delete()
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataTags',
    summary: 'Delete all tags of a namespace',
    success: { status: 204, description: 'The namespace has no tags.' },
    errors: [400, 403, 404],
  })
  async deleteAll(
    @Param('namespace') namespace: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tags.removeAll(namespace, principal);
  }

  @Get(':name')
  @NoBody()
  @Documented({
    operationId: 'showMetadataTag',
    summary: 'Show a tag',
    success: {
      status: 200,
      description: 'The tag.',
      content: { schema: schemas.tag, example: TAG_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  async show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toTag(await this.tags.show({ namespace, name }, principal));
  }

  @Post(':name')
  @NoBody()
  @HttpCode(201)
  @Documented({
    operationId: 'createMetadataTag',
    summary: 'Add a tag',
    success: {
      status: 201,
      description: 'Added.',
      content: { schema: schemas.tag, example: TAG_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
  })
  async create(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toTag(await this.tags.add(namespace, parseTag({ name }), principal));
  }

  @Put(':name')
  @Documented({
    operationId: 'replaceMetadataTag',
    summary: 'Rename a tag',
    success: {
      status: 200,
      description: 'Renamed.',
      content: { schema: schemas.tag, example: TAG_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newTag, example: TAG_BODY_EXAMPLE },
  })
  async replace(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toTag(await this.tags.replace({ namespace, name }, parseTag(body), principal));
  }

  @Delete(':name')
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataTag',
    summary: 'Delete a tag',
    success: { status: 204, description: 'Deleted.' },
    errors: [400, 403, 404],
  })
  async delete(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.tags.remove({ namespace, name }, principal);
  }
}
