import type { Provider, Type } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AuditImageData } from './application/audit-image-data.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './application/data-settings.js';
import { DownloadImageData } from './application/download-image-data.js';
import { ImportMethods } from './application/imports/import-methods.js';
import { IMPORT_SETTINGS, type ImportSettings } from './application/imports/import-settings.js';
import { MeasuringWriter } from './application/measuring-writer.js';
import { DataHashing } from './application/ports/data-hashing.js';
import { ImageDataRepository } from './application/ports/image-data.repository.js';
import { RemoveImageData } from './application/remove-image-data.js';
import { RemoveStoreCopy } from './application/remove-store-copy.js';
import { RunningUploads } from './application/running-uploads.js';
import { SweepImageData } from './application/sweep-image-data.js';
import { StageImageData } from './application/stage-image-data.js';
import { UploadImageData } from './application/upload-image-data.js';
import { PooledDataHashing } from './hashing/pooled.data-hashing.js';
import { ImageDataController } from './image-v2/image-data.controller.js';
import { StagingController } from './image-v2/staging.controller.js';
import { StoresController } from './image-v2/stores.controller.js';
import { SqlImageDataRepository } from './persistence/sql-image-data.repository.js';

export const imageDataControllers: Type[] = [
  ImageDataController,
  StagingController,
  StoresController,
];

/** The part of the module that moves bytes. */
export const imageDataProviders: Provider[] = [
  UploadImageData,
  StageImageData,
  MeasuringWriter,
  ImportMethods,
  DownloadImageData,
  RemoveStoreCopy,
  RunningUploads,
  RemoveImageData,
  SweepImageData,
  AuditImageData,
  { provide: DataHashing, useClass: PooledDataHashing },
  { provide: ImageDataRepository, useClass: SqlImageDataRepository },
  {
    provide: IMAGE_DATA_SETTINGS,
    inject: [CONFIG],
    useFactory: ({ images, imageData }: Config): ImageDataSettings => ({
      ...imageData,
      quotas: {
        bytes: images.imageBytesQuota,
        stagedBytes: imageData.stagingQuotaBytes,
        uploads: imageData.uploadQuota,
      },
    }),
  },
  {
    provide: IMPORT_SETTINGS,
    inject: [CONFIG],
    useFactory: ({ imports }: Config): ImportSettings => imports,
  },
];
