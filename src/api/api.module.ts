import { Global, Module } from '@nestjs/common';
import { BaseUrls } from './http/base-urls.js';
import { RouteTable } from './http/route-table.js';
import { UnmatchedController } from './unmatched.controller.js';

/** What the dialects are apart from any feature. */
@Global()
@Module({
  controllers: [UnmatchedController],
  providers: [BaseUrls, RouteTable],
  exports: [BaseUrls, RouteTable],
})
export class ApiModule {}
