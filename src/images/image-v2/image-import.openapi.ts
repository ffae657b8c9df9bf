import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { anyMembers, text } from '../../api/http/openapi-schemas.js';
import { IMPORT_METHODS } from '../domain/image-import.js';
import { TASK_STATUSES } from '../domain/image-task.js';
import { publishedImage } from './images.examples.js';
import { task, taskList, tasksOfImage } from './tasks.openapi-schemas.js';

export const ImportImageDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'importImage',
      summary: 'Import image data',
      description:
        'Begins a task. `glance-direct` takes what was staged, `web-download` what is at a URI, `glance-download` an image of another region with its formats and some of its properties, `copy-image` (admins) copies the data of an active image to further stores. The image is `importing` until it is `active`, or `queued` again with the reason in the message of its task.',
    }),
    ApiParam({ name: 'image_id', format: 'uuid', example: publishedImage.id }),
    ApiHeader({
      name: 'X-Image-Meta-Store',
      required: false,
      description: 'Target store, where there are several and the body names none',
    }),
    ApiBody({
      schema: {
        type: 'object',
        required: ['method'],
        properties: {
          method: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string', enum: [...IMPORT_METHODS] },
              uri: text,
              glance_region: text,
              glance_image_id: text,
              glance_service_interface: { ...text, default: 'public' },
            },
          },
          stores: { type: 'array', items: text },
          all_stores: { type: 'boolean', default: false },
          all_stores_must_succeed: { type: 'boolean', default: true },
        },
      },
    }),
    ApiResponse({ status: 202, description: 'Accepted; `GET …/tasks` tells how far it is.' }),
    Fails(
      [400, 'The body is malformed, the method is not enabled or the URI is refused.'],
      403,
      404,
      [
        409,
        'The status does not fit, a format is unset, a store is unknown or another import runs.',
      ],
      [413, 'A quota is exceeded.'],
    ),
  );

export const ListImageTasksDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'listImageTasks',
      summary: 'List the tasks of an image',
      description: 'Those of the own tenant, for admins all, until 48 hours after their end.',
    }),
    ApiParam({ name: 'image_id', format: 'uuid', example: publishedImage.id }),
    ApiResponse({
      status: 200,
      description: 'The tasks; the message of a failed one says why.',
      schema: tasksOfImage,
    }),
    Fails(400, 404),
  );

export const CreateTaskDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: 'createTask',
      summary: 'Import a new image from a URI',
      description: 'Deprecated: make an image and import to it. For admins.',
      deprecated: true,
    }),
    ApiBody({
      schema: {
        type: 'object',
        required: ['type', 'input'],
        properties: {
          type: { type: 'string', enum: ['import'] },
          input: {
            type: 'object',
            required: ['import_from', 'import_from_format', 'image_properties'],
            properties: {
              import_from: text,
              import_from_format: text,
              image_properties: anyMembers('As in the body of `POST /v2/images`'),
            },
          },
        },
      },
    }),
    ApiResponse({ status: 201, description: 'The task, pending.', schema: task }),
    Fails(400, 403, [409, 'There is an image of this id.'], 413),
  );

export const ListTasksDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'listTasks', summary: 'List tasks', deprecated: true }),
    ApiQuery({ name: 'type', required: false, enum: ['import'] }),
    ApiQuery({ name: 'status', required: false, enum: [...TASK_STATUSES] }),
    ApiQuery({ name: 'limit', required: false, type: 'integer' }),
    ApiQuery({ name: 'marker', required: false, description: 'Last task of the page before' }),
    ApiQuery({ name: 'sort_key', required: false, example: 'created_at' }),
    ApiQuery({ name: 'sort_dir', required: false, enum: ['asc', 'desc'] }),
    ApiResponse({
      status: 200,
      description: 'A page of tasks, without their details.',
      schema: taskList,
    }),
    Fails(400, 403),
  );

export const ShowTaskDocs = (): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: 'showTask', summary: 'Show task details', deprecated: true }),
    ApiParam({ name: 'task_id', format: 'uuid' }),
    ApiResponse({ status: 200, description: 'The task.', schema: task }),
    Fails(403, 404),
  );
