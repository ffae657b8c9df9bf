import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
} from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { publishedImage } from './images.examples.js';

const header = (description: string) => ({ description, schema: { type: 'string' } }) as const;

const Tus = (): MethodDecorator =>
  applyDecorators(
    ApiParam({ name: 'image_id', format: 'uuid', example: publishedImage.id }),
    ApiHeader({ name: 'Tus-Resumable', required: true, example: '1.0.0' }),
  );

const UploadId = (): MethodDecorator => ApiParam({ name: 'upload_id', format: 'uuid' });

const OTHER_VERSION = [412, '`Tus-Resumable` is not `1.0.0`.'] as const;
const NO_UPLOAD = [
  404,
  'No such image or upload for the caller, its import failed, or `glance-direct` is not enabled.',
] as const;

export const BeginUploadDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'beginResumableUpload',
      summary: 'Begin an upload that can be continued',
      description:
        'tus 1.0.0. The image must be `queued` and have both formats; it is `uploading` until all bytes are there, then `importing`, then `active`, or `queued` again with a failed task that has the id of the upload.',
    }),
    Tus(),
    ApiHeader({ name: 'Upload-Length', required: true, description: 'Bytes to come, at least 1' }),
    ApiHeader({
      name: 'X-Image-Meta-Store',
      required: false,
      description: 'Target store, where there are several',
    }),
    ApiResponse({
      status: 201,
      description: 'The upload waits for bytes at `Location`.',
      headers: {
        Location: header('Of the upload'),
        'Upload-Expires': header('When it is given up unless something comes'),
      },
    }),
    Fails(
      [400, 'A format is unset, the length is malformed or missing, or there is a body.'],
      403,
      [404, 'No such image for the caller, or `glance-direct` is not enabled.'],
      [409, 'The image is not `queued`, or the store does not exist or takes no data.'],
      OTHER_VERSION,
      [413, 'The size cap or a quota is exceeded.'],
    ),
  );

export const ShowUploadDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'showResumableUpload',
      summary: 'Ask where an upload goes on',
      description: 'Also for one that has come to its end, for as long as its task is shown.',
    }),
    Tus(),
    UploadId(),
    ApiResponse({
      status: 200,
      description: 'Where it is.',
      headers: {
        'Upload-Offset': header('Bytes that are stored'),
        'Upload-Length': header('Bytes that it will have'),
        'Upload-Expires': header('When it is given up unless something comes'),
      },
    }),
    Fails([400, 'There is a body.'], 403, NO_UPLOAD, OTHER_VERSION),
  );

export const ContinueUploadDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'continueResumableUpload',
      summary: 'Bring further bytes',
      description:
        'What has come is kept, however the request ends. With the last byte the import begins.',
    }),
    Tus(),
    UploadId(),
    ApiHeader({ name: 'Upload-Offset', required: true, description: 'Bytes that are stored' }),
    ApiConsumes('application/offset+octet-stream'),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
    ApiResponse({
      status: 204,
      description: 'Stored.',
      headers: { 'Upload-Offset': header('Bytes that are stored now') },
    }),
    Fails(
      [400, 'The offset is malformed or missing.'],
      403,
      NO_UPLOAD,
      [408, 'No byte arrived for as long as is configured, 60 seconds by default.'],
      [
        409,
        'The upload goes on at another offset, another request is writing to it, or a format is unset now.',
      ],
      [410, 'The image was deleted meanwhile.'],
      OTHER_VERSION,
      [413, 'More bytes than the upload was made for, a quota, or the space of the staging area.'],
      [415, 'Another content type or coding.'],
    ),
  );

export const GiveUploadUpDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'giveUpResumableUpload',
      summary: 'Give an upload up',
      description: 'What it has stored is removed, and the image is queued again.',
    }),
    Tus(),
    UploadId(),
    ApiResponse({ status: 204, description: 'Given up.' }),
    Fails([400, 'There is a body.'], 403, NO_UPLOAD, OTHER_VERSION),
  );
