import type { Provider, Type } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AddLocation } from './application/add-location.js';
import { AuditImageData } from './application/audit-image-data.js';
import { IMAGE_DATA_SETTINGS, type ImageDataSettings } from './application/data-settings.js';
import { CachedCopies } from './application/cache/cached-copies.js';
import { FillImageCache } from './application/cache/fill-image-cache.js';
import { ManageImageCache } from './application/cache/manage-image-cache.js';
import { DeliveredCopies } from './application/delivered-copies.js';
import { DownloadImageData } from './application/download-image-data.js';
import { ImportMethods } from './application/imports/import-methods.js';
import { CreateImportTask } from './application/imports/create-import-task.js';
import { ImportAttempt } from './application/imports/import-attempt.js';
import { ImportImage } from './application/imports/import-image.js';
import { ImportOrigins } from './application/imports/import-origins.js';
import { ImportQueue } from './application/imports/import-queue.js';
import { SweepImports } from './application/imports/sweep-imports.js';
import { TargetStores } from './application/imports/target-stores.js';
import { IMPORT_SETTINGS, type ImportSettings } from './application/imports/import-settings.js';
import { ImportSource } from './application/imports/import-source.js';
import { StagedSource } from './application/imports/staged-source.js';
import { UnpackedSource } from './application/imports/unpacked-source.js';
import { StagedParts } from './application/imports/staged-parts.js';
import { ImportTransfer } from './application/imports/import-transfer.js';
import { ImportWorker } from './application/imports/import-worker.js';
import { CarryOutPlan } from './application/imports/carry-out-plan.js';
import { ReadInPlace } from './application/imports/read-in-place.js';
import { RunImport } from './application/imports/run-import.js';
import { ShowTasks } from './application/imports/show-tasks.js';
import { ImageSignatures } from './application/image-signatures.js';
import { MeasuringWriter } from './application/measuring-writer.js';
import { Decompression } from './application/ports/decompression.js';
import { CertificateSource } from './application/ports/certificate-source.js';
import { DataHashRepository } from './application/ports/data-hash.repository.js';
import { StreamingDecompression } from './decompression/streaming.decompression.js';
import { DataHashing } from './application/ports/data-hashing.js';
import { ImageDataRepository, type DataQuotas } from './application/ports/image-data.repository.js';
import { ImageImportRepository } from './application/ports/image-import.repository.js';
import { ImageTaskRepository } from './application/ports/image-task.repository.js';
import { PresignedCopies } from './application/presigned-copies.js';
import { ResumableUploadRepository } from './application/ports/resumable-upload.repository.js';
import { RemoteData } from './application/ports/remote-data.js';
import { RemoteImages } from './application/ports/remote-images.js';
import { TaskObserver } from './application/ports/task-observer.js';
import { TaskQueue } from './application/ports/task-queue.js';
import { RemoveImageData } from './application/remove-image-data.js';
import { RemoveStoreCopy } from './application/remove-store-copy.js';
import { RunningUploads } from './application/running-uploads.js';
import { ShowLocations } from './application/show-locations.js';
import { SweepImageData } from './application/sweep-image-data.js';
import { ContinueUpload } from './application/resumable/continue-upload.js';
import { BeginUpload } from './application/resumable/begin-upload.js';
import { GiveUploadUp } from './application/resumable/give-upload-up.js';
import { ShowUpload } from './application/resumable/show-upload.js';
import { SweepStagingArea } from './application/resumable/sweep-staging-area.js';
import { UploadArea } from './application/resumable/upload-area.js';
import { UploadRecords } from './application/resumable/upload-records.js';
import { StageImageData } from './application/stage-image-data.js';
import { StoredCopies } from './application/stored-copies.js';
import { UploadImageData } from './application/upload-image-data.js';
import { PooledDataHashing } from './hashing/pooled.data-hashing.js';
import { CacheController } from './image-v2/cache.controller.js';
import { ImageDataController } from './image-v2/image-data.controller.js';
import { ImageImportController } from './image-v2/image-import.controller.js';
import { ImageLocationsController } from './image-v2/image-locations.controller.js';
import { ResumableUploadsController } from './image-v2/resumable-uploads.controller.js';
import { StagingController } from './image-v2/staging.controller.js';
import { StoresController } from './image-v2/stores.controller.js';
import { TasksController } from './image-v2/tasks.controller.js';
import { SqlDataHashRepository } from './persistence/sql-data-hash.repository.js';
import { SqlImageDataRepository } from './persistence/sql-image-data.repository.js';
import { SqlImageImportRepository } from './persistence/sql-image-import.repository.js';
import { SqlImageTaskRepository } from './persistence/sql-image-task.repository.js';
import { SqlResumableUploadRepository } from './persistence/sql-resumable-upload.repository.js';
import { SqlTaskQueue } from './persistence/sql-task-queue.js';
import { GlanceRemoteImages } from './remote-images/glance.remote-images.js';
import { DirectoryCertificates } from './signatures/directory.certificates.js';
import { SilentTaskObserver, TracedTasks } from './tracing/task-observers.js';
import { Tracing } from '../platform/observability/tracing/span.js';
import { OutboundClient } from '../platform/outbound/outbound-client.js';

export const imageDataControllers: Type[] = [
  ImageDataController,
  StagingController,
  ResumableUploadsController,
  ImageLocationsController,
  ImageImportController,
  TasksController,
  StoresController,
  CacheController,
];

/** The part of the module that moves bytes. */
export const imageDataProviders: Provider[] = [
  AddLocation,
  ShowLocations,
  UploadImageData,
  StageImageData,
  BeginUpload,
  ShowUpload,
  ContinueUpload,
  GiveUploadUp,
  UploadArea,
  UploadRecords,
  SweepStagingArea,
  MeasuringWriter,
  ImageSignatures,
  ImportMethods,
  ImportImage,
  ImportQueue,
  ImportOrigins,
  StagedSource,
  TargetStores,
  ImportAttempt,
  SweepImports,
  ReadInPlace,
  CarryOutPlan,
  ImportSource,
  StagedParts,
  UnpackedSource,
  ImportTransfer,
  RunImport,
  ImportWorker,
  ShowTasks,
  CreateImportTask,
  StoredCopies,
  PresignedCopies,
  DeliveredCopies,
  CachedCopies,
  FillImageCache,
  ManageImageCache,
  DownloadImageData,
  RemoveStoreCopy,
  RunningUploads,
  RemoveImageData,
  SweepImageData,
  AuditImageData,
  { provide: Decompression, useClass: StreamingDecompression },
  { provide: DataHashing, useClass: PooledDataHashing },
  { provide: DataHashRepository, useClass: SqlDataHashRepository },
  { provide: ImageDataRepository, useClass: SqlImageDataRepository },
  { provide: ImageImportRepository, useClass: SqlImageImportRepository },
  { provide: ImageTaskRepository, useClass: SqlImageTaskRepository },
  { provide: ResumableUploadRepository, useClass: SqlResumableUploadRepository },
  { provide: TaskQueue, useClass: SqlTaskQueue },
  {
    provide: TaskObserver,
    inject: [Tracing],
    useFactory: (tracing: Tracing | null): TaskObserver =>
      tracing === null ? new SilentTaskObserver() : new TracedTasks(tracing),
  },
  {
    provide: CertificateSource,
    inject: [CONFIG],
    useFactory: ({ imageData }: Config): CertificateSource =>
      new DirectoryCertificates(imageData.certificatesDirectory),
  },
  {
    provide: RemoteData,
    inject: [CONFIG],
    useFactory: ({ outbound }: Config): RemoteData => new OutboundClient(outbound),
  },
  {
    provide: RemoteImages,
    inject: [CONFIG],
    useFactory: ({ remotes, outbound }: Config): RemoteImages =>
      new GlanceRemoteImages(remotes, outbound),
  },
  {
    provide: IMAGE_DATA_SETTINGS,
    inject: [CONFIG],
    useFactory: ({ images, imageData }: Config): ImageDataSettings => ({
      ...imageData,
      quotas: quotasOf({ images, imageData }),
    }),
  },
  {
    provide: IMPORT_SETTINGS,
    inject: [CONFIG],
    useFactory: ({ imports, images, imageData }: Config): ImportSettings => ({
      ...imports,
      quotas: quotasOf({ images, imageData }),
    }),
  },
];

const quotasOf = ({ images, imageData }: Pick<Config, 'images' | 'imageData'>): DataQuotas => ({
  bytes: images.imageBytesQuota,
  stagedBytes: imageData.stagingQuotaBytes,
  uploads: imageData.uploadQuota,
});
