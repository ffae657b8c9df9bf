import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { pageLinks } from '../../api/http/page-links.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageResourceTypes } from '../application/manage-resource-types.js';
import { toAssociation, toResourceTypePage, type Json } from './definition.representation.js';
import { parseAssociation } from './definition.requests.js';
import { Documented, TAG_OF_API } from './documented.js';
import {
  ASSOCIATION_BODY_EXAMPLE,
  ASSOCIATION_EXAMPLE,
  RESOURCE_TYPE_EXAMPLE,
} from './examples.js';
import { parseResourceTypeList } from './list.requests.js';
import * as schemas from './metadefs.openapi-schemas.js';

const PATH = '/v2/metadefs/resource_types';

@ApiTags(TAG_OF_API)
@NeedsToken()
@Requires('metadef:read')
@Controller('v2/metadefs')
export class ResourceTypesController {
  constructor(@Inject(ManageResourceTypes) private readonly resourceTypes: ManageResourceTypes) {}

  @Get('resource_types')
  @NoBody()
  @Documented({
    operationId: 'listMetadataResourceTypes',
    summary: 'List the types of resources that definitions apply to',
    success: {
      status: 200,
      description: 'The types by name, at most 1000.',
      content: {
        schema: schemas.resourceTypeList,
        example: { resource_types: [RESOURCE_TYPE_EXAMPLE] },
      },
    },
    errors: [400, 403],
  })
  @ApiQuery({ name: 'limit', required: false, description: 'Page size; at most 1000.' })
  @ApiQuery({ name: 'marker', required: false, description: 'Name of the last type seen.' })
  async list(@RawQuery() query: QueryParameters): Promise<Json> {
    const { limit, marker } = parseResourceTypeList(query);
    const page = await this.resourceTypes.list(limit, marker);
    return toResourceTypePage(
      page.items,
      pageLinks(PATH, query, page, ({ name }) => name),
    );
  }

  @Get('namespaces/:namespace/resource_types')
  @NoBody()
  @Documented({
    operationId: 'listResourceTypeAssociations',
    summary: 'List the types of resources that a namespace applies to',
    success: {
      status: 200,
      description: 'The associations by name of the type.',
      content: {
        schema: schemas.associationList,
        example: { resource_type_associations: [ASSOCIATION_EXAMPLE] },
      },
    },
    errors: [400, 403, 404],
  })
  async listAssociations(
    @Param('namespace') namespace: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const associations = await this.resourceTypes.listAssociations(namespace, principal);
    return { resource_type_associations: associations.map(toAssociation) };
  }

  @Post('namespaces/:namespace/resource_types')
  @HttpCode(201)
  @Documented({
    operationId: 'associateResourceType',
    summary: 'Apply a namespace to a type of resource, which may be new',
    success: {
      status: 201,
      description: 'Associated.',
      content: { schema: schemas.association, example: ASSOCIATION_EXAMPLE },
    },
    errors: [400, 403, 404, 409, 413],
    body: { schema: schemas.newAssociation, example: ASSOCIATION_BODY_EXAMPLE },
  })
  async associate(
    @Param('namespace') namespace: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Json> {
    const draft = parseAssociation(body);
    return toAssociation(await this.resourceTypes.associate(namespace, draft, principal));
  }

  @Delete('namespaces/:namespace/resource_types/:type')
  @NoBody()
  @HttpCode(204)
  @Documented({
    operationId: 'dissociateResourceType',
    summary: 'No longer apply a namespace to a type of resource',
    success: { status: 204, description: 'Dissociated; the type stays.' },
    errors: [400, 403, 404],
  })
  async dissociate(
    @Param('namespace') namespace: string,
    @Param('type') type: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.resourceTypes.dissociate(namespace, type, principal);
  }
}
