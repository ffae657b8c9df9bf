import { Global, Module } from '@nestjs/common';
import { BaseUrls } from './http/base-urls.js';
import { RouteTable } from './http/route-table.js';
import { ImageVersionsController } from './image-v2/versions.controller.js';
import { UnmatchedController } from './unmatched.controller.js';

/** What the dialects are apart from any feature. */
@Global()
@Module({
  controllers: [ImageVersionsController, UnmatchedController],
  providers: [BaseUrls, RouteTable],
  exports: [BaseUrls, RouteTable],
})
export class ApiModule {}
