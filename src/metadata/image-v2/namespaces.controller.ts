import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Req,
  Res,
} from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BaseUrls } from '../../api/http/base-urls.js';
import { JsonBody } from '../../api/http/json-body.js';
import { mountOf } from '../../api/http/mount.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { pageLinks } from '../../api/http/page-links.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ManageNamespaces } from '../application/manage-namespaces.js';
import { NAMESPACE_VISIBILITIES } from '../domain/namespace.js';
import type { Json } from './definition.representation.js';
import { Documented, TAG_OF_API } from './documented.js';
import * as examples from './examples.js';
import { NAMESPACE_SORT_KEYS, lastOf, parseNamespaceList } from './list.requests.js';
import * as schemas from './metadefs.openapi-schemas.js';
import { toFullNamespace, toNamespace, toNamespacePage } from './namespace.representation.js';
import { parseNamespace, parseNewNamespace } from './namespace.requests.js';
import { NAMESPACES_PATH, namespacePath } from './paths.js';

@ApiTags(TAG_OF_API)
@NeedsToken()
@Requires('metadef:read')
@Controller('v2/metadefs/namespaces')
export class NamespacesController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(ManageNamespaces) private readonly namespaces: ManageNamespaces,
  ) {}

  @Get()
  @NoBody()
  @Documented({
    operationId: 'listMetadataNamespaces',
    summary: 'List namespaces',
    success: {
      status: 200,
      description: 'A page of namespaces.',
      content: { schema: schemas.namespaceList, example: examples.NAMESPACES_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  @ApiQuery({ name: 'limit', required: false, description: 'Page size; at most 1000.' })
  @ApiQuery({ name: 'marker', required: false, description: 'Name of the last namespace seen.' })
  @ApiQuery({ name: 'visibility', required: false, enum: NAMESPACE_VISIBILITIES })
  @ApiQuery({ name: 'resource_types', required: false, description: 'Any of these, by comma.' })
  @ApiQuery({ name: 'sort_key', required: false, enum: [...NAMESPACE_SORT_KEYS.keys()] })
  @ApiQuery({ name: 'sort_dir', required: false, enum: ['asc', 'desc'] })
  async list(
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const command = parseNamespaceList(query, this.config.images);
    const page = await this.namespaces.list(command, principal);
    const links = pageLinks(NAMESPACES_PATH, query, page, ({ namespace }) => namespace.name);
    return toNamespacePage(page.items, links);
  }

  @Post()
  @Requires('metadef:write')
  @HttpCode(201)
  @Documented({
    operationId: 'createMetadataNamespace',
    summary: 'Create a namespace, with everything inside if given',
    success: {
      status: 201,
      description: 'Created.',
      content: { schema: schemas.fullNamespace, example: examples.FULL_NAMESPACE_EXAMPLE },
    },
    errors: [400, 403, 409, 413],
    body: { schema: schemas.newNamespace, example: examples.NEW_NAMESPACE_EXAMPLE },
  })
  async create(
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Json> {
    const created = await this.namespaces.create(parseNewNamespace(body), principal);
    const endpoint = this.baseUrls.image(request, mountOf(request.raw).prefix);
    reply.header('Location', `${endpoint}${namespacePath(created.namespace.name)}`);
    return toFullNamespace(created);
  }

  @Get(':namespace')
  @NoBody()
  @Documented({
    operationId: 'showMetadataNamespace',
    summary: 'Show a namespace with everything inside',
    success: {
      status: 200,
      description: 'The namespace.',
      content: { schema: schemas.fullNamespace, example: examples.FULL_NAMESPACE_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  @ApiQuery({
    name: 'resource_type',
    required: false,
    description: 'Show property names with the prefix they have on this type of resource.',
  })
  async show(
    @Param('namespace') name: string,
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const resourceType = lastOf(query, 'resource_type');
    return toFullNamespace(await this.namespaces.show(name, resourceType, principal));
  }

  @Put(':namespace')
  @Documented({
    operationId: 'replaceMetadataNamespace',
    summary: 'Replace what is said about a namespace, its name included',
    success: {
      status: 200,
      description: 'Replaced.',
      content: { schema: schemas.namespace, example: examples.NAMESPACE_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newNamespace, example: examples.NAMESPACE_BODY_EXAMPLE },
  })
  async replace(
    @Param('namespace') name: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toNamespace(await this.namespaces.replace(name, parseNamespace(body), principal));
  }

  @Delete(':namespace')
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataNamespace',
    summary: 'Delete a namespace with everything inside',
    success: { status: 204, description: 'Deleted.' },
    errors: [400, 403, 404],
  })
  async delete(
    @Param('namespace') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.namespaces.delete(name, principal);
  }
}
