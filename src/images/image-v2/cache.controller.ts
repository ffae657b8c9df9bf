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
import { ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { NoBody } from '../../api/http/no-body.guard.js';
import { Fails, NeedsToken } from '../../api/http/openapi.js';
import { CurrentPrincipal, Requires } from '../../auth/decorators.js';
import type { Principal } from '../../kernel/principal.js';
import { ManageImageCache } from '../application/cache/manage-image-cache.js';
import { cacheContents, pruned } from './cache.openapi-schemas.js';
import { cacheJson, clearTargets } from './cache.representation.js';

const OFF = [404, 'Caching is not enabled.'] as const;
const NO_IMAGE = [404, 'Caching is not enabled, or no such image.'] as const;

/** The cache of image data of the node that is asked: section 2.19 of the Image API. */
@ApiTags('Image API v2: image cache')
@NeedsToken()
@Requires('cache:manage')
@Controller('v2/cache')
export class CacheController {
  constructor(@Inject(ManageImageCache) private readonly cache: ManageImageCache) {}

  @Get()
  @NoBody()
  @ApiOperation({ operationId: 'listCache', summary: 'List cached and queued images' })
  @ApiResponse({
    status: 200,
    description: 'What is cached here, and what waits to be.',
    schema: cacheContents,
  })
  @Fails(400, 403, OFF)
  async list() {
    return cacheJson(await this.cache.list());
  }

  @Delete()
  @HttpCode(204)
  @NoBody()
  @ApiHeader({ name: 'x-image-cache-clear-target', required: false, example: 'queue' })
  @ApiOperation({ operationId: 'clearCache', summary: 'Empty the cache, the queue or both' })
  @ApiResponse({ status: 204, description: 'Empty.' })
  @Fails([400, 'Another target than `cache` and `queue`.'], 403, OFF)
  async clear(@Headers('x-image-cache-clear-target') target?: string): Promise<void> {
    await this.cache.clear(clearTargets(target));
  }

  @Put(':image_id')
  @HttpCode(202)
  @ApiParam({ name: 'image_id', format: 'uuid' })
  @ApiOperation({ operationId: 'queueImageForCache', summary: 'Queue an image for caching' })
  @ApiResponse({ status: 202, description: 'Queued.' })
  @Fails([400, 'The image is not active.'], 403, NO_IMAGE)
  async add(
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.cache.add(imageId, principal);
  }

  @Delete(':image_id')
  @HttpCode(204)
  @NoBody()
  @ApiParam({ name: 'image_id', format: 'uuid' })
  @ApiOperation({
    operationId: 'removeImageFromCache',
    summary: 'Take an image out of cache and queue',
  })
  @ApiResponse({ status: 204, description: 'Neither cached nor queued.' })
  @Fails(400, 403, NO_IMAGE)
  async remove(
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.cache.remove(imageId, principal);
  }

  @Get('nodes/:image_id')
  @NoBody()
  @ApiParam({ name: 'image_id', format: 'uuid' })
  @ApiOperation({ operationId: 'listCacheNodes', summary: 'List nodes that have cached an image' })
  @Fails(400, 403, NO_IMAGE, [409, 'Nodes do not know of each other’s caches.'])
  async nodes(
    @Param('image_id') imageId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.cache.nodes(imageId, principal);
  }

  @Post('clean')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cleanCache', summary: 'Remove what no image has any more' })
  @ApiResponse({ status: 200, description: 'Removed.' })
  @Fails(403, OFF)
  async clean(): Promise<void> {
    await this.cache.clean();
  }

  @Post('prune')
  @HttpCode(200)
  @ApiOperation({ operationId: 'pruneCache', summary: 'Bring the cache under its limit' })
  @ApiResponse({
    status: 200,
    description: 'How many copies were removed, and their bytes.',
    schema: pruned,
  })
  @Fails(403, OFF)
  async prune() {
    const { files, bytes } = await this.cache.prune();
    return { total_files_pruned: files, total_bytes_pruned: Number(bytes) };
  }
}
