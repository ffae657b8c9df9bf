import { Controller, Get, Inject, Param, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { RawQuery, type QueryParameters } from '../../api/http/query-string.js';
import { Authenticated, Requires } from '../../auth/decorators.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { INTERFACES, SERVICE_TYPES } from '../domain/service-catalog.js';
import { ListQuery } from './list-query.js';
import { Presenter } from './presenter.js';
import { ServiceCatalog } from './service-catalog.js';
import { toEndpointJson, toRegionJson, toServiceJson } from './service-catalog.representation.js';
import { endpointDocs, regionDocs, serviceDocs } from './directory.examples.js';
import { OneReply, PageReply } from './directory.openapi.js';

/** Regions, services and endpoints: the catalog in parts, derived from the configuration. */
@ApiTags('Identity API v3: service catalog')
@NeedsToken()
@Controller('identity/v3')
export class ServiceCatalogController {
  constructor(
    @Inject(ServiceCatalog) private readonly catalog: ServiceCatalog,
    @Inject(Presenter) private readonly presenter: Presenter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('regions')
  @Authenticated()
  @ApiOperation({ operationId: 'listRegions', summary: 'List regions' })
  @PageReply('The one region.', regionDocs)
  @Fails()
  listRegions(@Req() request: FastifyRequest): object {
    return this.presenter.many('regions', pageOf([this.region()]), toRegionJson, request);
  }

  @Get('regions/:region_id')
  @Authenticated()
  @ApiOperation({ operationId: 'showRegion', summary: 'Show a region' })
  @OneReply('The region.', regionDocs)
  @Fails(404)
  showRegion(@Param('region_id') id: string, @Req() request: FastifyRequest): object {
    const region = this.region();
    if (region.id !== id) throw new EntityNotFound('region', id);
    return this.presenter.one('region', region, toRegionJson, request);
  }

  @Get('services')
  @Requires('identity:read')
  @ApiOperation({ operationId: 'listServices', summary: 'List services' })
  @ApiQuery({ name: 'type', required: false, enum: SERVICE_TYPES })
  @ApiQuery({ name: 'name', required: false })
  @PageReply('The services.', serviceDocs)
  @Fails(400, 403)
  listServices(@RawQuery() parameters: QueryParameters, @Req() request: FastifyRequest): object {
    const query = new ListQuery(parameters);
    const services = this.catalog
      .services(request)
      .filter(({ type, name }) => isAsked(query, 'type', type) && isAsked(query, 'name', name));
    return this.presenter.many('services', pageOf(services), toServiceJson, request);
  }

  @Get('services/:service_id')
  @Requires('identity:read')
  @ApiOperation({ operationId: 'showService', summary: 'Show a service' })
  @OneReply('The service.', serviceDocs)
  @Fails(403, 404)
  showService(@Param('service_id') id: string, @Req() request: FastifyRequest): object {
    const service = this.catalog.services(request).find((each) => each.id === id);
    if (service === undefined) throw new EntityNotFound('service', id);
    return this.presenter.one('service', service, toServiceJson, request);
  }

  @Get('endpoints')
  @Requires('identity:read')
  @ApiOperation({ operationId: 'listEndpoints', summary: 'List endpoints' })
  @ApiQuery({ name: 'interface', required: false, enum: INTERFACES })
  @ApiQuery({ name: 'service_id', required: false })
  @ApiQuery({ name: 'region_id', required: false })
  @PageReply('The endpoints.', endpointDocs)
  @Fails(400, 403)
  listEndpoints(@RawQuery() parameters: QueryParameters, @Req() request: FastifyRequest): object {
    const query = new ListQuery(parameters);
    const endpoints = this.endpoints(request).filter(
      (endpoint) =>
        isAsked(query, 'interface', endpoint.interface) &&
        isAsked(query, 'service_id', endpoint.serviceId) &&
        isAsked(query, 'region_id', endpoint.region),
    );
    return this.presenter.many('endpoints', pageOf(endpoints), toEndpointJson, request);
  }

  @Get('endpoints/:endpoint_id')
  @Requires('identity:read')
  @ApiOperation({ operationId: 'showEndpoint', summary: 'Show an endpoint' })
  @OneReply('The endpoint.', endpointDocs)
  @Fails(403, 404)
  showEndpoint(@Param('endpoint_id') id: string, @Req() request: FastifyRequest): object {
    const endpoint = this.endpoints(request).find((each) => each.id === id);
    if (endpoint === undefined) throw new EntityNotFound('endpoint', id);
    return this.presenter.one('endpoint', endpoint, toEndpointJson, request);
  }

  private endpoints(request: FastifyRequest) {
    return this.catalog.services(request).flatMap((service) => service.endpoints);
  }

  private region(): { readonly id: string } {
    return { id: this.config.identity.region };
  }
}

const isAsked = (query: ListQuery, parameter: string, value: string): boolean =>
  [undefined, value].includes(query.text(parameter));

const pageOf = <T>(items: readonly T[]) => ({ items, isFull: false });
