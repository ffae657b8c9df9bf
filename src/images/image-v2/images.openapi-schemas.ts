import type { SchemaObject } from '@nestjs/swagger';
import { objectOf, text } from '../../api/http/openapi-schemas.js';
import { toOpenApi } from '../../api/image-v2/json-schema.openapi.js';
import { imageProperties } from './image.schema.js';
import { publishedImage } from './images.examples.js';

const { properties: fields = {} } = toOpenApi({ properties: imageProperties });

/** Null where the operator's schema of properties says so: `kernel_id` and `ramdisk_id` unless it is another. */
const additionalProperties: SchemaObject = { type: 'string', nullable: true };

export const imageEntity: SchemaObject = {
  title: 'Image',
  type: 'object',
  required: [
    'id',
    'status',
    'visibility',
    'protected',
    'min_disk',
    'min_ram',
    'tags',
    'created_at',
    'updated_at',
    'self',
    'file',
    'schema',
  ],
  properties: fields,
  additionalProperties,
  example: publishedImage,
};

export const imageRequest: SchemaObject = {
  title: 'NewImage',
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(fields).filter(([, schema]) => !('readOnly' in schema)),
  ),
  additionalProperties,
};

export const imageList: SchemaObject = {
  title: 'ImageList',
  type: 'object',
  required: ['images', 'first', 'schema'],
  properties: {
    images: { type: 'array', items: imageEntity },
    first: { ...text, example: '/v2/images?limit=25' },
    next: { type: 'string', description: 'Present when the page is full' },
    schema: { ...text, example: '/v2/schemas/images' },
  },
};

export const patchDocument: SchemaObject = {
  type: 'array',
  maxItems: 1000,
  items: {
    type: 'object',
    required: ['op', 'path'],
    properties: {
      op: { type: 'string', enum: ['add', 'replace', 'remove'] },
      path: { type: 'string', example: '/name' },
      value: { description: 'Any JSON value' },
    },
  },
};

/** Draft 4 of JSON patch: the operation is the name of a member. */
export const legacyPatchDocument: SchemaObject = {
  type: 'array',
  maxItems: 1000,
  items: objectOf(
    {},
    { add: text, replace: text, remove: text, value: { description: 'Any JSON value' } },
  ),
};
