import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ComputeVersionsController } from './compute-v2.1/versions.controller.js';
import { BaseUrls } from './http/base-urls.js';
import { Challenges } from './http/challenges.js';
import { PathTextGuard } from './http/path-text.guard.js';
import { RouteTable } from './http/route-table.js';
import { ImageVersionsController } from './image-v2/versions.controller.js';
import { UnmatchedController } from './unmatched.controller.js';

/** What the dialects are apart from any feature. */
@Global()
@Module({
  controllers: [ImageVersionsController, ComputeVersionsController, UnmatchedController],
  providers: [BaseUrls, Challenges, RouteTable, { provide: APP_GUARD, useClass: PathTextGuard }],
  exports: [BaseUrls, Challenges, RouteTable],
})
export class ApiModule {}
