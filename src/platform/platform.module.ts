import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CONFIG, type Config } from './config/config.js';
import { Database } from './database/database.js';
import { DatabaseReadiness } from './health/database-readiness.js';
import { HealthController } from './health/health.controller.js';
import { Metrics } from './observability/metrics/metrics.js';
import { Tracing } from './observability/tracing/span.js';
import { Readiness } from './health/readiness.js';

/**
 * Configuration, database, figures and traces, for everybody. Database and traces are opened and closed by whoever
 * builds the app; without traces {@link Tracing} is null.
 */
@Global()
@Module({})
export class PlatformModule {
  static with(config: Config, database: Database, tracing: Tracing | null): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Database, useValue: database },
        { provide: Tracing, useValue: tracing },
        Metrics,
        Readiness,
        DatabaseReadiness,
      ],
      exports: [CONFIG, Database, Tracing, Metrics, Readiness],
    };
  }
}
