import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type ApiBodyOptions,
} from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { IMAGE_STATUSES } from '../domain/image-status.js';
import { VISIBILITIES } from '../domain/image-access.js';
import { publishedImage } from './images.examples.js';
import {
  imageEntity,
  imageList,
  imageRequest,
  legacyPatchDocument,
  patchDocument,
} from './images.openapi-schemas.js';

const ImageId = (): MethodDecorator =>
  ApiParam({ name: 'image_id', format: 'uuid', example: publishedImage.id });

const patchBodies: ApiBodyOptions & { content: object } = {
  schema: patchDocument,
  content: {
    'application/openstack-images-v2.1-json-patch': {
      schema: patchDocument,
      example: [
        { op: 'replace', path: '/name', value: 'CentOS 7' },
        { op: 'add', path: '/os_distro', value: 'centos' },
        { op: 'remove', path: '/vm_mode' },
      ],
    },
    'application/openstack-images-v2.0-json-patch': {
      schema: legacyPatchDocument,
      example: [{ replace: '/name', value: 'CentOS 7' }],
    },
  },
};

export const CreateImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'createImage',
      summary: 'Create an image record',
      description:
        'Any key that is no base field becomes an additional property with a string value. The image is `queued` until it has data.',
    }),
    ApiBody({ schema: imageRequest, examples: { minimal: { value: { name: 'cirros' } } } }),
    ApiResponse({ status: 201, description: 'Created.', schema: imageEntity }),
    Fails(
      400,
      [403, 'A field is read-only or reserved, or the role or policy does not allow it.'],
      409,
      413,
    ),
  );

export const ListImagesDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listImages',
      summary: 'List images',
      description:
        'Own, public and accepted shared images, newest first. Any other query parameter filters by the additional property of that name.',
    }),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 0, default: 25 },
    }),
    ApiQuery({ name: 'marker', required: false, description: 'Id of the last image seen' }),
    ApiQuery({ name: 'name', required: false, description: '`x`, `eq:x` or `in:a,b,"c,d"`' }),
    ApiQuery({ name: 'status', required: false, enum: IMAGE_STATUSES }),
    ApiQuery({ name: 'visibility', required: false, enum: [...VISIBILITIES, 'all'] }),
    ApiQuery({
      name: 'tag',
      required: false,
      isArray: true,
      schema: { type: 'array', items: { type: 'string' } },
    }),
    ApiQuery({
      name: 'sort',
      required: false,
      description: '`key[:asc|desc],…`',
      example: 'name:asc',
    }),
    ApiResponse({ status: 200, description: 'One page of images.', schema: imageList }),
    Fails(400, 403),
  );

export const ShowImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showImage', summary: 'Get image details' }),
    ImageId(),
    ApiResponse({
      status: 200,
      description: 'The image.',
      content: { 'application/json': { schema: imageEntity, example: publishedImage } },
    }),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'An `ETag` seen before' }),
    ApiHeader({ name: 'If-Match', required: false, description: 'Show only this `ETag`' }),
    ApiResponse({ status: 304, description: 'The image still has the `ETag` of `If-None-Match`.' }),
    Fails(
      [400, 'A request body was sent.'],
      [403, 'Not produced for this operation: what may not be seen is 404.'],
      404,
      412,
      [413, 'Not produced for this operation: lists are capped silently.'],
    ),
  );

export const UpdateImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'updateImage',
      summary: 'Update an image by JSON patch',
      description: 'All operations are applied, or none.',
    }),
    ImageId(),
    ApiHeader({ name: 'Content-Type', required: true, enum: Object.keys(patchBodies.content) }),
    ApiHeader({ name: 'If-Match', required: false, description: 'Update only this `ETag`' }),
    ApiBody(patchBodies),
    ApiResponse({ status: 200, description: 'The image after the update.', schema: imageEntity }),
    Fails(400, 403, 404, 409, 412, 413, 415),
  );

export const DeleteImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'deleteImage', summary: 'Delete an image' }),
    ImageId(),
    ApiResponse({ status: 204, description: 'Deleted.' }),
    Fails(400, [403, 'The image belongs to others or is protected.'], 404, 409),
  );
