import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, type SchemaObject } from '@nestjs/swagger';
import { ImageId, shownAsJson } from '../../api/compute-v2.1/openapi.js';
import { Fails } from '../../api/http/openapi.js';
import { publishedComputeImage } from './images.examples.js';

const link: SchemaObject = {
  type: 'object',
  required: ['rel', 'href'],
  properties: {
    rel: { type: 'string', enum: ['self', 'bookmark', 'alternate', 'next'] },
    href: { type: 'string', format: 'uri' },
    type: { type: 'string' },
  },
};
const links: SchemaObject = { type: 'array', items: link };

const summary: SchemaObject = {
  type: 'object',
  required: ['id', 'name', 'links'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    name: { type: 'string', nullable: true },
    links,
  },
};

const image: SchemaObject = {
  title: 'ComputeImage',
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'name',
    'status',
    'progress',
    'minRam',
    'minDisk',
    'created',
    'updated',
    'OS-EXT-IMG-SIZE:size',
    'links',
    'metadata',
  ],
  properties: {
    ...summary.properties,
    status: { type: 'string', enum: ['ACTIVE', 'SAVING', 'ERROR', 'DELETED', 'UNKNOWN'] },
    progress: { type: 'integer', minimum: 0, maximum: 100, description: 'Percent.' },
    minRam: { type: 'integer', description: 'MiB.' },
    minDisk: { type: 'integer', description: 'GiB.' },
    created: { type: 'string', format: 'date-time' },
    updated: { type: 'string', format: 'date-time' },
    'OS-EXT-IMG-SIZE:size': {
      oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }],
      description: 'Bytes: an integer in profile `current`, a string in profile `published`.',
    },
    'OS-DCF:diskConfig': {
      type: 'string',
      enum: ['AUTO', 'MANUAL'],
      description: 'Profile `current` only, when the image has metadata `auto_disk_config`.',
    },
    server: {
      type: 'object',
      required: ['id', 'links'],
      properties: { id: { type: 'string' }, links },
      description: 'The server that the image is a snapshot of.',
    },
    metadata: {
      type: 'object',
      properties: shownAsJson,
      additionalProperties: { type: 'string', nullable: true },
      description: 'Text, but for what JSON text about block devices says.',
    },
  },
};

const listOf = (items: SchemaObject): SchemaObject => ({
  type: 'object',
  required: ['images'],
  properties: { images: { type: 'array', items }, images_links: links },
});

const Found = (description: string, schema: SchemaObject, example: object): MethodDecorator => {
  const content = { 'application/json': { schema, example } };
  return applyDecorators(
    ApiResponse({ status: 200, description, content }),
    ApiResponse({
      status: 203,
      description: 'The same, where the operator declares the service a transformed replica.',
      content,
    }),
  );
};

const Filters = (): MethodDecorator =>
  applyDecorators(
    ...(
      [
        ['name', 'The exact name, or `in:a,b,"c,d"`.'],
        ['status', 'Compute status or native status, in any case.'],
        ['server', 'Id or URL of the server that the image is a snapshot of.'],
        ['type', 'Metadata `image_type`, such as `snapshot`.'],
        ['minRam', 'Exactly so many MiB.'],
        ['minDisk', 'Exactly so many GiB.'],
        ['changes-since', 'ISO 8601 instant: updated then or later.'],
        ['marker', 'Id of the last image seen.'],
      ] as const
    ).map(([name, description]) => ApiQuery({ name, required: false, description, type: String })),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1 },
      description: 'Page size; 1000 by default and at most, unless configured otherwise.',
    }),
  );

const FILTERS_NOTE =
  'Own, public and accepted shared images, newest first. `property-<key>` filters by metadata.';

export const ListImagesDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listComputeImages',
      summary: 'List images',
      description: FILTERS_NOTE,
    }),
    Filters(),
    Found('One page of ids, names and links.', listOf(summary), {
      images: [
        {
          id: publishedComputeImage.id,
          name: publishedComputeImage.name,
          links: publishedComputeImage.links,
        },
      ],
    }),
    Fails(400, [403, 'The token has no project, or not the role reader.'], 404, 406),
  );

export const ListImageDetailsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listComputeImageDetails',
      summary: 'List images with details',
      description: FILTERS_NOTE,
    }),
    Filters(),
    Found('One page of images.', listOf(image), { images: [publishedComputeImage] }),
    Fails(400, [403, 'The token has no project, or not the role reader.'], 404, 406),
  );

export const ShowImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showComputeImage', summary: 'Show image details' }),
    ImageId(),
    Found(
      'The image.',
      { type: 'object', required: ['image'], properties: { image } },
      { image: publishedComputeImage },
    ),
    Fails(
      [400, 'The path names another project than the token, or the microversion is malformed.'],
      [403, 'Not produced for this operation: what may not be seen is 404.'],
      404,
      406,
    ),
  );

export const DeleteImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'deleteComputeImage', summary: 'Delete an image' }),
    ImageId(),
    ApiResponse({ status: 204, description: 'Deleted, from whatever status.' }),
    Fails(400, [403, 'The image belongs to others or is protected.'], 404, 406, 409),
  );
