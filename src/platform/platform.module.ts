import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CONFIG, type Config } from './config/config.js';
import { Database } from './database/database.js';
import { DatabaseReadiness } from './health/database-readiness.js';
import { HealthController } from './health/health.controller.js';
import { Metrics } from './observability/metrics/metrics.js';
import { Readiness } from './health/readiness.js';

/** Configuration, database and figures, for everybody. The database is opened and closed by whoever builds the app. */
@Global()
@Module({})
export class PlatformModule {
  static with(config: Config, database: Database): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: Database, useValue: database },
        Metrics,
        Readiness,
        DatabaseReadiness,
      ],
      exports: [CONFIG, Database, Metrics, Readiness],
    };
  }
}
