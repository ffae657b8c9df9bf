import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { CONTENDED, Fails, NeedsToken } from '../../api/http/openapi.js';
import { Authenticated, CurrentPrincipal } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ChangeActivation } from '../application/change-activation.js';

/** Deactivation and reactivation: section 2.10 of the Image API. A wrong status is 403 here, not 409. */
@ApiTags('Image API v2: actions')
@NeedsToken()
@Authenticated()
@NoBody()
@ApiParam({ name: 'image_id', format: 'uuid' })
@Controller('v2/images/:image_id/actions')
export class ImageActionsController {
  constructor(@Inject(ChangeActivation) private readonly activation: ChangeActivation) {}

  @Post('deactivate')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deactivateImage', summary: 'Deactivate an image' })
  @ApiResponse({ status: 204, description: 'Its data is for admins only.' })
  @Fails(400, [403, 'The image belongs to others, or has no data to lock.'], 404, CONTENDED)
  async deactivate(
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.activation.execute({ imageId, to: 'deactivated' }, principal);
  }

  @Post('reactivate')
  @HttpCode(204)
  @ApiOperation({ operationId: 'reactivateImage', summary: 'Reactivate an image' })
  @ApiResponse({ status: 204, description: 'Its data can be downloaded again.' })
  @Fails(400, [403, 'The image belongs to others, or is in another status.'], 404, CONTENDED)
  async reactivate(
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.activation.execute({ imageId, to: 'active' }, principal);
  }
}
