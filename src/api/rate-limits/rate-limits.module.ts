import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RateLimits } from './rate-limits.js';
import { TenantRateGuard } from './tenant-rate.guard.js';

/** Imported behind `AuthModule`: guards run in the order of their modules. */
@Global()
@Module({
  providers: [RateLimits, { provide: APP_GUARD, useClass: TenantRateGuard }],
  exports: [RateLimits],
})
export class RateLimitsModule {}
