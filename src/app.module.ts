import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ApiModule } from './api/api.module.js';
import { ErrorFilter } from './api/error.filter.js';
import { RateLimitsModule } from './api/rate-limits/rate-limits.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ImagesModule } from './images/images.module.js';
import { MetadataModule } from './metadata/metadata.module.js';
import type { Config } from './platform/config/config.js';
import type { Database } from './platform/database/database.js';
import type { Tracing } from './platform/observability/tracing/span.js';
import { PlatformModule } from './platform/platform.module.js';
import { TenantsModule } from './tenants/tenants.module.js';

/** Composition root: the features and the one place that knows them all. */
@Module({})
export class AppModule {
  static with(config: Config, database: Database, tracing: Tracing | null): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(config, database, tracing),
        ApiModule,
        TenantsModule.with(config),
        AuthModule,
        RateLimitsModule,
        ImagesModule,
        MetadataModule,
        AuditModule,
      ],
      providers: [{ provide: APP_FILTER, useClass: ErrorFilter }],
    };
  }
}
