import { Controller, Delete, HttpCode, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { RemoveStoreCopy } from '../application/remove-store-copy.js';

/** Copies of image data in stores: section 2.13 of the Image API. */
@ApiTags('Image API v2: image data')
@NeedsToken()
@Controller('v2/stores')
export class StoresController {
  constructor(@Inject(RemoveStoreCopy) private readonly removeCopy: RemoveStoreCopy) {}

  @Delete(':store_id/:image_id')
  @Requires('store-copy:delete')
  @NoBody()
  @HttpCode(204)
  @ApiParam({ name: 'store_id', example: 'fast' })
  @ApiParam({ name: 'image_id', format: 'uuid' })
  @ApiOperation({ operationId: 'deleteStoreCopy', summary: 'Remove the copy in one store' })
  @ApiResponse({ status: 204, description: 'The copy is gone; others remain.' })
  @Fails(
    400,
    [403, 'For admins only; the last copy and copies of protected images stay.'],
    [404, 'A single store, no such image, or no copy of it in the store.'],
    [409, 'No such store, or the image is not active.'],
  )
  async remove(
    @Param('store_id') storeId: string,
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.removeCopy.execute({ storeId, imageId }, principal);
  }
}
