import type { SchemaObject } from '@nestjs/swagger';
import { flag, listOf, nullableText, objectOf, text } from '../../api/http/openapi-schemas.js';
import { toOpenApi } from '../../api/image-v2/json-schema.openapi.js';
import { taskProperties } from './task.schema.js';

type Field = keyof typeof taskProperties;

const { properties: fields = {} } = toOpenApi({ properties: taskProperties });
const pick = (...names: Field[]) =>
  Object.fromEntries(names.map((name) => [name, fields[name] as SchemaObject]));

const overview = pick('id', 'type', 'status', 'owner', 'created_at', 'updated_at');
const details = pick('input', 'result', 'message', 'bytes_done', 'bytes_total', 'image_id');
const links = pick('self', 'schema');

export const task: SchemaObject = {
  title: 'Task',
  ...objectOf({ ...overview, ...details, ...links }, pick('expires_at', 'request_id', 'user_id')),
};

export const taskList: SchemaObject = objectOf(
  {
    tasks: listOf({
      title: 'TaskSummary',
      ...objectOf({ ...overview, ...links }, pick('expires_at')),
    }),
    first: text,
    schema: text,
  },
  { next: { type: 'string', description: 'Present when the page is full' } },
);

export const tasksOfImage: SchemaObject = objectOf({
  tasks: listOf({
    title: 'TaskOfImage',
    ...objectOf({
      ...overview,
      ...details,
      ...pick('expires_at', 'request_id', 'user_id'),
      deleted: { ...flag, description: 'Always false' },
      deleted_at: { ...nullableText, description: 'Always null' },
    }),
  }),
});
