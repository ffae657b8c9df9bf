import type { SchemaObject } from '@nestjs/swagger';

const id: SchemaObject = { type: 'string', format: 'uuid' };
const instant: SchemaObject = { type: 'number', description: 'Seconds since 1970' };

export const cacheContents: SchemaObject = {
  title: 'CacheContents',
  type: 'object',
  required: ['cached_images', 'queued_images'],
  properties: {
    cached_images: {
      type: 'array',
      items: {
        type: 'object',
        required: ['image_id', 'size', 'hits', 'checksum', 'last_accessed', 'last_modified'],
        properties: {
          image_id: id,
          size: { type: 'integer', format: 'int64' },
          hits: { type: 'integer' },
          checksum: { type: 'string', nullable: true },
          last_accessed: instant,
          last_modified: instant,
        },
      },
    },
    queued_images: { type: 'array', items: id },
  },
};

export const pruned: SchemaObject = {
  type: 'object',
  required: ['total_files_pruned', 'total_bytes_pruned'],
  properties: {
    total_files_pruned: { type: 'integer' },
    total_bytes_pruned: { type: 'integer', format: 'int64' },
  },
};
