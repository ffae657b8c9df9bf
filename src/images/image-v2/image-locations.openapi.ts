import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { anyMembers, objectOf, text } from '../../api/http/openapi-schemas.js';
import { VALIDATION_ALGORITHMS } from './add-location.request.js';
import { publishedImage } from './images.examples.js';

const ImageId = () => ApiParam({ name: 'image_id', format: 'uuid', example: publishedImage.id });
const exampleUrl = 'https://images.example.org/disk.raw';

export const AddLocationDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'addImageLocation',
      summary: 'Add the location of image data',
      description:
        'Makes what lies at a URL the data of a queued image. With validation data the image is `importing` until the bytes were read and compared, and then `active`, or `queued` with the reason in the message of its task. Without, it is `active` at once and its hashes are computed afterwards.',
    }),
    ImageId(),
    ApiBody({
      schema: {
        type: 'object',
        required: ['url'],
        additionalProperties: false,
        properties: {
          url: { type: 'string', format: 'uri', maxLength: 255, example: exampleUrl },
          validation_data: {
            type: 'object',
            additionalProperties: false,
            properties: {
              os_hash_algo: { type: 'string', enum: [...VALIDATION_ALGORITHMS] },
              os_hash_value: { type: 'string', description: 'Hexadecimal' },
            },
          },
        },
      },
    }),
    ApiResponse({ status: 202, description: 'Accepted; `GET …/tasks` tells how far it is.' }),
    Fails(
      [400, 'The body is malformed, the URL is refused or tells no size, or a format is unset.'],
      [403, 'Not the image of the caller, or no URL that users may give in this deployment.'],
      404,
      [409, 'The image is not `queued`.'],
      [413, 'A quota is exceeded.'],
    ),
  );

export const ListLocationsDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listImageLocations',
      summary: 'List the locations of image data',
      description:
        'For other services of the cloud and for admins. The preferred copy comes first.',
    }),
    ImageId(),
    ApiResponse({
      status: 200,
      description: 'The locations; none of an image without data.',
      schema: {
        type: 'array',
        items: objectOf({ url: text, metadata: anyMembers('What was stored with it') }),
        example: [{ url: exampleUrl, metadata: {} }],
      },
    }),
    Fails(400, [403, 'The caller is neither a service nor an admin.'], 404),
  );
