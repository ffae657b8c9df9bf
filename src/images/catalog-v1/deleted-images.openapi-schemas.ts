import type { SchemaObject } from '@nestjs/swagger';
import { imageEntity } from '../image-v2/images.openapi-schemas.js';

const instant: SchemaObject = { type: 'string', format: 'date-time' };

export const deletedImageList: SchemaObject = {
  title: 'DeletedImageList',
  type: 'object',
  required: ['deleted_images', 'first'],
  properties: {
    deleted_images: {
      type: 'array',
      items: {
        type: 'object',
        required: ['deleted_at', 'restorable_until', 'image'],
        properties: { deleted_at: instant, restorable_until: instant, image: imageEntity },
      },
    },
    first: { type: 'string' },
    next: { type: 'string', description: 'Present when the page is full' },
  },
};
