import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { StorageModule } from '../storage/storage.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { ChangeActivation } from './application/change-activation.js';
import { ChangeLocations } from './application/change-locations.js';
import { CreateImage } from './application/create-image.js';
import { DeleteImage } from './application/delete-image.js';
import {
  IMAGE_LIMITS,
  PROPERTY_PROTECTION,
  ImageChangeRules,
} from './application/image-change-rules.js';
import { ImageEditor } from './application/image-editor.js';
import { ListImages } from './application/list-images.js';
import { LocateImages } from './application/locate-images.js';
import { ManageDeletedImages } from './application/manage-deleted-images.js';
import { ManageMembers } from './application/manage-members.js';
import { ManageTags } from './application/manage-tags.js';
import { DeletedImageRepository } from './application/ports/deleted-image.repository.js';
import { ImageRepository } from './application/ports/image.repository.js';
import { MemberRepository } from './application/ports/member.repository.js';
import {
  DELETED_RETENTION_SECONDS,
  PurgeDeletedImages,
} from './application/purge-deleted-images.js';
import { PropertySchema } from './application/ports/property-schema.js';
import { RemoteLocations } from './application/remote-locations.js';
import { TenantImagesRepository } from './application/ports/tenant-images.repository.js';
import { TenantImages } from './application/tenant-images.js';
import { ShowImage } from './application/show-image.js';
import { VisibleImages } from './application/visible-images.js';
import { UpdateImage } from './application/update-image.js';
import { imageDataControllers, imageDataProviders } from './image-data.providers.js';
import { DeletedImagesController } from './catalog-v1/deleted-images.controller.js';
import type { PropertyProtection } from './domain/property-protection.js';
import { ComputeImagesController } from './compute-v2.1/images.controller.js';
import type { ImageLimits } from './domain/image.js';
import { ImageActionsController } from './image-v2/image-actions.controller.js';
import { ImageMembersController } from './image-v2/image-members.controller.js';
import { ImageSchemasController } from './image-v2/image-schemas.controller.js';
import { ImageTagsController } from './image-v2/image-tags.controller.js';
import { ImagesController } from './image-v2/images.controller.js';
import { InfoController } from './image-v2/info.controller.js';
import { ImageFigures } from './persistence/image-figures.js';
import { PrismaImageRepository } from './persistence/prisma-image.repository.js';
import { PrismaMemberRepository } from './persistence/prisma-member.repository.js';
import { SqlDeletedImageRepository } from './persistence/sql-deleted-image.repository.js';
import { SqlTenantImagesRepository } from './persistence/sql-tenant-images.repository.js';
import { loadPropertySchema } from './property-rules/ajv-property-schema.js';
import { loadPropertyProtection } from './property-rules/property-protections.file.js';
import { LocationFields } from './image-v2/location-fields.js';
import { ImageSchema } from './image-v2/image-schema.js';

const useCases = [
  ShowImage,
  ListImages,
  CreateImage,
  UpdateImage,
  ChangeLocations,
  DeleteImage,
  ChangeActivation,
  ManageTags,
  ManageMembers,
  ManageDeletedImages,
];

/** The catalog: images in both dialects. */
@Module({
  imports: [TenantsModule, StorageModule],
  controllers: [
    ComputeImagesController,
    ImagesController,
    ImageTagsController,
    ImageMembersController,
    ImageActionsController,
    ImageSchemasController,
    InfoController,
    DeletedImagesController,
    ...imageDataControllers,
  ],
  providers: [
    ...useCases,
    ...imageDataProviders,
    VisibleImages,
    ImageEditor,
    ImageSchema,
    LocateImages,
    RemoteLocations,
    LocationFields,
    PurgeDeletedImages,
    ImageChangeRules,
    TenantImages,
    ImageFigures,
    { provide: TenantImagesRepository, useClass: SqlTenantImagesRepository },
    {
      provide: ImageRepository,
      inject: [Database, CONFIG],
      useFactory: (database: Database, { images }: Config): ImageRepository =>
        new PrismaImageRepository(database, images.recordCacheBytes),
    },
    { provide: MemberRepository, useClass: PrismaMemberRepository },
    { provide: DeletedImageRepository, useClass: SqlDeletedImageRepository },
    {
      provide: DELETED_RETENTION_SECONDS,
      inject: [CONFIG],
      useFactory: ({ images }: Config): number => images.deletedRetentionSeconds,
    },
    {
      provide: PROPERTY_PROTECTION,
      inject: [CONFIG],
      useFactory: ({ images }: Config): PropertyProtection =>
        loadPropertyProtection(images.propertyProtectionsFile),
    },
    {
      provide: PropertySchema,
      inject: [CONFIG],
      useFactory: ({ images }: Config): PropertySchema => loadPropertySchema(images.schemaFile),
    },
    {
      provide: IMAGE_LIMITS,
      inject: [CONFIG],
      useFactory: ({ images }: Config): ImageLimits => images,
    },
  ],
  exports: [...useCases, VisibleImages, PROPERTY_PROTECTION],
})
export class ImagesModule {}
