import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageObjects } from '../application/manage-objects.js';
import { toObject, toObjectList, type Json } from './definition.representation.js';
import { parseObject } from './definition.requests.js';
import { Documented, TAG_OF_API } from './documented.js';
import { OBJECTS_EXAMPLE, OBJECT_BODY_EXAMPLE, OBJECT_EXAMPLE } from './examples.js';
import { DEFINITION_SORT_KEYS, parseObjectList } from './list.requests.js';
import * as schemas from './metadefs.openapi-schemas.js';

@ApiTags(TAG_OF_API)
@NeedsToken()
@Requires('metadef:read')
@Controller('v2/metadefs/namespaces/:namespace/objects')
export class ObjectsController {
  constructor(@Inject(ManageObjects) private readonly objects: ManageObjects) {}

  @Get()
  @NoBody()
  @Documented({
    operationId: 'listMetadataObjects',
    summary: 'List the objects of a namespace',
    success: {
      status: 200,
      description: 'All of them, or a page.',
      content: { schema: schemas.objectList, example: OBJECTS_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  @ApiQuery({ name: 'limit', required: false, description: 'Page size; all without it.' })
  @ApiQuery({ name: 'marker', required: false, description: 'Name of the last object seen.' })
  @ApiQuery({ name: 'sort_key', required: false, enum: [...DEFINITION_SORT_KEYS.keys()] })
  @ApiQuery({ name: 'sort_dir', required: false, enum: ['asc', 'desc'] })
  async list(
    @Param('namespace') namespace: string,
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const objects = await this.objects.list(namespace, parseObjectList(query), principal);
    return toObjectList(namespace, objects);
  }

  @Post()
  @HttpCode(201)
  @Documented({
    operationId: 'createMetadataObject',
    summary: 'Add an object',
    success: {
      status: 201,
      description: 'Added.',
      content: { schema: schemas.object, example: OBJECT_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newObject, example: OBJECT_BODY_EXAMPLE },
  })
  async create(
    @Param('namespace') namespace: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const object = await this.objects.add(namespace, parseObject(body), principal);
    return toObject(namespace, object);
  }

  @Delete()
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataObjects',
    summary: 'Delete all objects of a namespace',
    success: { status: 204, description: 'The namespace has no objects.' },
    errors: [400, 403, 404],
  })
  async deleteAll(
    @Param('namespace') namespace: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.objects.removeAll(namespace, principal);
  }

  @Get(':name')
  @NoBody()
  @Documented({
    operationId: 'showMetadataObject',
    summary: 'Show an object',
    success: {
      status: 200,
      description: 'The object.',
      content: { schema: schemas.object, example: OBJECT_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  async show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toObject(namespace, await this.objects.show({ namespace, name }, principal));
  }

  @Put(':name')
  @Documented({
    operationId: 'replaceMetadataObject',
    summary: 'Replace an object, its name included',
    success: {
      status: 200,
      description: 'Replaced.',
      content: { schema: schemas.object, example: OBJECT_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newObject, example: OBJECT_BODY_EXAMPLE },
  })
  async replace(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const address = { namespace, name };
    const object = await this.objects.replace(address, parseObject(body), principal);
    return toObject(namespace, object);
  }

  @Delete(':name')
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataObject',
    summary: 'Delete an object',
    success: { status: 204, description: 'Deleted.' },
    errors: [400, 403, 404],
  })
  async delete(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.objects.remove({ namespace, name }, principal);
  }
}
