import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageProperties } from '../application/manage-properties.js';
import { toProperty, toPropertyMap, type Json } from './definition.representation.js';
import { parseProperty } from './definition.requests.js';
import { Documented, TAG_OF_API } from './documented.js';
import { PROPERTIES_EXAMPLE, PROPERTY_EXAMPLE } from './examples.js';
import { WHOLE_SET, lastOf } from './list.requests.js';
import * as schemas from './metadefs.openapi-schemas.js';

@ApiTags(TAG_OF_API)
@NeedsToken()
@Requires('metadef:read')
@Controller('v2/metadefs/namespaces/:namespace/properties')
export class PropertiesController {
  constructor(@Inject(ManageProperties) private readonly properties: ManageProperties) {}

  @Get()
  @NoBody()
  @Documented({
    operationId: 'listMetadataProperties',
    summary: 'List the properties of a namespace',
    success: {
      status: 200,
      description: 'All of them, by name.',
      content: { schema: schemas.propertyMap, example: PROPERTIES_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  async list(
    @Param('namespace') namespace: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const properties = await this.properties.list(namespace, WHOLE_SET, principal);
    return { properties: toPropertyMap(properties) };
  }

  @Post()
  @HttpCode(201)
  @Documented({
    operationId: 'createMetadataProperty',
    summary: 'Add a property',
    success: {
      status: 201,
      description: 'Added.',
      content: { schema: schemas.property, example: PROPERTY_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newProperty, example: PROPERTY_EXAMPLE },
  })
  async create(
    @Param('namespace') namespace: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    return toProperty(await this.properties.add(namespace, parseProperty(body), principal));
  }

  @Delete()
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataProperties',
    summary: 'Delete all properties of a namespace',
    success: { status: 204, description: 'The namespace has no properties.' },
    errors: [400, 403, 404],
  })
  async deleteAll(
    @Param('namespace') namespace: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.properties.removeAll(namespace, principal);
  }

  @Get(':name')
  @NoBody()
  @Documented({
    operationId: 'showMetadataProperty',
    summary: 'Show a property',
    success: {
      status: 200,
      description: 'The property.',
      content: { schema: schemas.property, example: PROPERTY_EXAMPLE },
    },
    errors: [400, 403, 404],
  })
  @ApiQuery({
    name: 'resource_type',
    required: false,
    description: 'The name in the path is the one used on this type of resource, prefix included.',
  })
  async show(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @RawQuery() query: QueryParameters,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const [type, address] = [lastOf(query, 'resource_type') ?? '', { namespace, name }];
    return toProperty(
      type === ''
        ? await this.properties.show(address, principal)
        : await this.properties.showOn(type, address, principal),
    );
  }

  @Put(':name')
  @Documented({
    operationId: 'replaceMetadataProperty',
    summary: 'Replace a property, its name included',
    success: {
      status: 200,
      description: 'Replaced.',
      content: { schema: schemas.property, example: PROPERTY_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newProperty, example: PROPERTY_EXAMPLE },
  })
  async replace(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const address = { namespace, name };
    return toProperty(await this.properties.replace(address, parseProperty(body), principal));
  }

  @Delete(':name')
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'deleteMetadataProperty',
    summary: 'Delete a property',
    success: { status: 204, description: 'Deleted.' },
    errors: [400, 403, 404],
  })
  async delete(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.properties.remove({ namespace, name }, principal);
  }
}
