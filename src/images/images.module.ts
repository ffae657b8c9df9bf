import { Module } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { CreateImage } from './application/create-image.js';
import { DeleteImage } from './application/delete-image.js';
import { IMAGE_LIMITS, ImageChangeRules } from './application/image-change-rules.js';
import { ImageEditor } from './application/image-editor.js';
import { ListImages } from './application/list-images.js';
import { ManageTags } from './application/manage-tags.js';
import { ImageRepository } from './application/ports/image.repository.js';
import { ShowImage } from './application/show-image.js';
import { UpdateImage } from './application/update-image.js';
import type { ImageLimits } from './domain/image.js';
import { ImageSchemasController } from './image-v2/image-schemas.controller.js';
import { ImageTagsController } from './image-v2/image-tags.controller.js';
import { ImagesController } from './image-v2/images.controller.js';
import { PrismaImageRepository } from './persistence/prisma-image.repository.js';

const useCases = [ShowImage, ListImages, CreateImage, UpdateImage, DeleteImage, ManageTags];

/** The catalog: images in both dialects. */
@Module({
  controllers: [ImagesController, ImageTagsController, ImageSchemasController],
  providers: [
    ...useCases,
    ImageEditor,
    ImageChangeRules,
    { provide: ImageRepository, useClass: PrismaImageRepository },
    {
      provide: IMAGE_LIMITS,
      inject: [CONFIG],
      useFactory: ({ images }: Config): ImageLimits => images,
    },
  ],
  exports: useCases,
})
export class ImagesModule {}
