import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, type SchemaObject } from '@nestjs/swagger';
import { ImageId, shownAsJson } from '../../api/compute-v2.1/openapi.js';
import { Fails } from '../../api/http/openapi.js';

const entries: SchemaObject = {
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 255 },
};
const metadata: SchemaObject = {
  type: 'object',
  required: ['metadata'],
  properties: { metadata: entries },
};
const meta: SchemaObject = {
  type: 'object',
  required: ['meta'],
  properties: { meta: { ...entries, minProperties: 1, maxProperties: 1 } },
};

/** What the Image API stored may be longer; JSON text about block devices is shown as what it says. */
const shownEntries: SchemaObject = {
  type: 'object',
  properties: shownAsJson,
  additionalProperties: { type: 'string', nullable: true },
};
const shownMetadata: SchemaObject = {
  type: 'object',
  required: ['metadata'],
  properties: { metadata: shownEntries },
};
const shownMeta: SchemaObject = {
  type: 'object',
  required: ['meta'],
  properties: { meta: { ...shownEntries, minProperties: 1, maxProperties: 1 } },
};

const stored = {
  metadata: {
    architecture: 'x86_64',
    auto_disk_config: 'True',
    kernel_id: 'nokernel',
    ramdisk_id: 'nokernel',
  },
};
const merge = { metadata: { kernel_id: 'False', Label: 'UpdatedImage' } };
const merged = { metadata: { ...stored.metadata, ...merge.metadata } };
const replacement = { metadata: { auto_disk_config: 'True', Label: 'Changed' } };
const item = { meta: { auto_disk_config: 'False' } };

const Key = (): MethodDecorator => ApiParam({ name: 'key', example: 'auto_disk_config' });

const Replies = (description: string, schema: SchemaObject, example: object): MethodDecorator =>
  ApiResponse({
    status: 200,
    description,
    content: { 'application/json': { schema, example } },
  });

const Takes = (schema: SchemaObject, example: object): MethodDecorator =>
  ApiBody({ schema, examples: { published: { value: example } } });

/** What reads answer with. */
const Shows = (description: string, schema: SchemaObject, example: object): MethodDecorator =>
  applyDecorators(
    Replies(description, schema, example),
    ApiResponse({
      status: 203,
      description: 'The same, where the operator declares the service a transformed replica.',
      content: { 'application/json': { schema, example } },
    }),
    Fails([400, 'The path names another project than the token.'], 404, 406),
  );

const WriteFails = (): MethodDecorator =>
  Fails(
    400,
    [
      403,
      'The image belongs to others, a name is reserved, or there would be too many properties.',
    ],
    404,
    406,
    409,
    413,
    415,
  );

export const ListMetadataDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'listImageMetadata', summary: 'List image metadata' }),
    ImageId(),
    Shows('All keys.', shownMetadata, stored),
  );

export const MergeMetadataDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'updateImageMetadata', summary: 'Set some image metadata' }),
    ImageId(),
    Takes(metadata, merge),
    Replies('All keys after the change.', shownMetadata, merged),
    WriteFails(),
  );

export const ReplaceMetadataDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'replaceImageMetadata', summary: 'Replace image metadata' }),
    ImageId(),
    Takes(metadata, replacement),
    Replies('The keys of the request.', shownMetadata, replacement),
    WriteFails(),
  );

export const ShowMetadataItemDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showImageMetadataItem', summary: 'Show one metadata item' }),
    ImageId(),
    Key(),
    Shows('The item.', shownMeta, { meta: { kernel_id: 'nokernel' } }),
  );

export const SetMetadataItemDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'setImageMetadataItem', summary: 'Set one metadata item' }),
    ImageId(),
    Key(),
    Takes(meta, item),
    Replies('The item of the request.', shownMeta, item),
    WriteFails(),
  );

export const DeleteMetadataItemDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'deleteImageMetadataItem', summary: 'Delete one metadata item' }),
    ImageId(),
    Key(),
    ApiResponse({ status: 204, description: 'Deleted.' }),
    Fails(400, [403, 'The image belongs to others.'], 404, 406, 409),
  );
