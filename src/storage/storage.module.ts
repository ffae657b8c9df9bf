import { Module } from '@nestjs/common';
import { ImageCache } from '../images/application/ports/image-cache.js';
import { ImageDataStores } from '../images/application/ports/image-data-stores.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { OutboundClient } from '../platform/outbound/outbound-client.js';
import { DiskImageCache } from './cache/disk.image-cache.js';
import { openImageDataStores } from './image-data-stores.js';
import { Metrics } from '../platform/observability/metrics/metrics.js';
import { Tracing } from '../platform/observability/tracing/span.js';
import { StoreMetrics } from './store-metrics.js';
import { StoreReadiness } from './store-readiness.js';
import { StoreTraces } from './store-traces.js';
import { StoreObserver, StoreObservers } from './store-observer.js';

/** Binds the port of the image data stores to what the configuration names. */
@Module({
  providers: [
    {
      provide: StoreObserver,
      inject: [CONFIG, Metrics, Tracing],
      useFactory: (config: Config, metrics: Metrics, tracing: Tracing | null): StoreObserver =>
        new StoreObservers([
          ...(config.metrics === null ? [] : [new StoreMetrics(metrics)]),
          ...(tracing === null ? [] : [new StoreTraces()]),
        ]),
    },
    StoreReadiness,
    {
      provide: ImageDataStores,
      inject: [CONFIG, StoreObserver],
      useFactory: ({ storage, outbound }: Config, observer: StoreObserver) =>
        openImageDataStores(storage, new OutboundClient(outbound), observer),
    },
    {
      provide: ImageCache,
      inject: [CONFIG],
      useFactory: ({ imageCache }: Config): ImageCache | null =>
        imageCache && new DiskImageCache(imageCache),
    },
  ],
  exports: [ImageDataStores, ImageCache],
})
export class StorageModule {}
