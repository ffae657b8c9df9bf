import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { JsonBody } from '../../api/http/json-body.js';
import { NoBody } from '../../api/http/no-body.guard.js';
import { NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { AddLocation } from '../application/add-location.js';
import { ShowLocations } from '../application/show-locations.js';
import { parseAddLocation } from './add-location.request.js';
import * as docs from './image-locations.openapi.js';

/** Data that lies elsewhere: section 2.16 of the Image API. */
@ApiTags('Image API v2: image data')
@NeedsToken()
@Authenticated()
@Controller('v2/images/:image_id/locations')
export class ImageLocationsController {
  constructor(
    @Inject(AddLocation) private readonly addLocation: AddLocation,
    @Inject(ShowLocations) private readonly showLocations: ShowLocations,
  ) {}

  @Post()
  @HttpCode(202)
  @docs.AddLocationDocs()
  async add(
    @Param('image_id') imageId: string,
    @JsonBody() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const command = { ...parseAddLocation(body), imageId, requestId: request.id };
    await this.addLocation.execute(command, principal);
  }

  @Get()
  @NoBody()
  @docs.ListLocationsDocs()
  async list(@Param('image_id') imageId: string, @CurrentPrincipal() principal: Principal) {
    const locations = await this.showLocations.execute(imageId, principal);
    return locations.map(({ url, metadata }) => ({ url, metadata }));
  }
}
