import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { publishedImage } from './images.examples.js';

const binary = { type: 'string', format: 'binary' } as const;
const octets = { 'application/octet-stream': { schema: binary } };

const ImageId = (): MethodDecorator =>
  ApiParam({ name: 'image_id', format: 'uuid', example: publishedImage.id });

const OctetBody = (): MethodDecorator =>
  applyDecorators(
    ApiConsumes('application/octet-stream'),
    ApiBody({ schema: binary }),
    ApiHeader({
      name: 'x-openstack-image-size',
      required: false,
      description: 'Bytes to come; another number of bytes is refused. 0 says nothing.',
    }),
  );

export const UploadImageDataDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'uploadImageData',
      summary: 'Upload image data',
      description:
        'With a length or chunked, also after `Expect: 100-continue`. The image must be `queued` and have both formats; it is `active` when the answer arrives. After any failure it is `queued` again and nothing is stored.',
    }),
    ImageId(),
    OctetBody(),
    ApiHeader({
      name: 'X-Image-Meta-Store',
      required: false,
      description: 'Target store, where there are several',
    }),
    ApiResponse({ status: 204, description: 'Stored; the image is active.' }),
    Fails(
      [
        400,
        'A format is unset, the size is malformed or wrong, the store is unknown, or the signature does not hold.',
      ],
      403,
      404,
      [408, 'No byte arrived for as long as is configured, 60 seconds by default.'],
      [409, 'The image is not `queued`.'],
      [410, 'The image was deleted meanwhile, or the store is read-only.'],
      [413, 'The size cap, a quota or the space of the store is exceeded.'],
      [
        415,
        'Another content type or coding, or the data is unsafe or not what `disk_format` says.',
      ],
    ),
  );

export const StageImageDataDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'stageImageData',
      summary: 'Stage image data for an import',
      description:
        'The image must be `queued`, its formats need not be set; it is `uploading` afterwards and waits for an import with the method `glance-direct`. After any failure it is `queued` again.',
    }),
    ImageId(),
    OctetBody(),
    ApiResponse({ status: 204, description: 'Staged; the image is uploading.' }),
    Fails(
      [400, 'The size is malformed or wrong.'],
      403,
      [404, 'No such image for the caller, or `glance-direct` is not enabled.'],
      [408, 'No byte arrived for as long as is configured, 60 seconds by default.'],
      [409, 'The image is not `queued`.'],
      [410, 'The image was deleted meanwhile.'],
      [413, 'The size cap, a quota or the space of the staging area is exceeded.'],
      [415, 'Another content type or coding.'],
    ),
  );

export const DownloadImageDataDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'downloadImageData',
      summary: 'Download image data',
      description: 'Whole or one range. `Content-MD5` is hexadecimal and of the whole data.',
    }),
    ImageId(),
    ApiHeader({ name: 'Range', required: false, example: 'bytes=0-1023' }),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'An `ETag` seen before' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'An `ETag` seen before' }),
    ApiQuery({
      name: 'prefer',
      required: false,
      description: 'Stores to read from first, separated by commas, where there are several',
    }),
    ApiResponse({ status: 200, description: 'The data.', content: octets }),
    ApiResponse({ status: 204, description: 'There is no data yet.' }),
    ApiResponse({ status: 206, description: 'The range of the data.', content: octets }),
    ApiResponse({ status: 304, description: 'The data is what `If-None-Match` names.' }),
    ApiResponse({
      status: 307,
      description:
        'The data, or the range, is at `Location` for a minute (`CATALOG_DOWNLOAD_REDIRECTS=on`).',
    }),
    Fails(
      [400, 'Several ranges, an unknown store or a request body.'],
      [403, 'The role `member` is missing, or the image is deactivated.'],
      [404, 'No such image for the caller, or its data is missing.'],
      [416, 'The range is malformed or not within the data.'],
    ),
  );
