import type { SchemaObject } from '@nestjs/swagger';
import { imageProperties } from './image.schema.js';
import { publishedImage } from './images.examples.js';

/** The image schema in the words of OpenAPI: `nullable` instead of a type list. */
const fields = Object.fromEntries(
  Object.entries(imageProperties as unknown as Record<string, SchemaObject>).map(
    ([name, schema]) => [name, toOpenApi(schema)],
  ),
);

function toOpenApi(schema: SchemaObject): SchemaObject {
  const { type, ...rest } = schema as SchemaObject & { type?: string | string[] };
  if (!Array.isArray(type)) return schema;
  const main = type.find((name) => name !== 'null') ?? 'string';
  return { ...rest, type: main, nullable: true };
}

/** Null where the operator's schema of properties says so: `kernel_id` and `ramdisk_id` unless it is another. */
const additionalProperties: SchemaObject = { type: 'string', nullable: true };

export const imageEntity: SchemaObject = {
  title: 'Image',
  type: 'object',
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
    first: { type: 'string', example: '/v2/images?limit=25' },
    next: { type: 'string', description: 'Present when the page is full' },
    schema: { type: 'string', example: '/v2/schemas/images' },
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
      value: {},
    },
  },
};
