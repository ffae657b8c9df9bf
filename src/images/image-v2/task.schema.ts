import { TASK_STATUSES, TASK_TYPES } from '../domain/image-task.js';

const text = (description: string) => ({ type: 'string', description }) as const;
const optionalText = (description: string) => ({ type: ['null', 'string'], description }) as const;
const UUID =
  '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';

export const taskProperties = {
  id: { ...text('An identifier for the task'), pattern: UUID },
  type: { ...text('The type of task'), enum: TASK_TYPES },
  status: { ...text('The current status of this task'), enum: TASK_STATUSES },
  input: { type: ['null', 'object'], description: 'The parameters of the task' },
  result: { type: ['null', 'object'], description: 'What has become of it' },
  owner: optionalText('The tenant that asked for it'),
  message: text('Why it failed; empty otherwise'),
  image_id: optionalText('The image that it works on'),
  request_id: optionalText('The request that asked for it'),
  user_id: optionalText('The user who asked for it'),
  bytes_done: { type: 'integer', description: 'Bytes stored so far, over all stores' },
  bytes_total: { type: ['null', 'integer'], description: 'Bytes to store, once that is known' },
  expires_at: optionalText('When it is forgotten'),
  created_at: text('Date and time of its creation'),
  updated_at: text('Date and time of its last modification'),
  self: { readOnly: true, type: 'string' },
  schema: { readOnly: true, type: 'string' },
} as const;

/** As `GET /v2/schemas/task` and `/v2/schemas/tasks` tell them. */
export const taskSchema = { name: 'task', properties: taskProperties } as const;

export const tasksSchema = {
  name: 'tasks',
  properties: {
    tasks: { type: 'array', items: taskSchema },
    first: { type: 'string' },
    next: { type: 'string' },
    schema: { type: 'string' },
  },
  links: [
    { rel: 'first', href: '{first}' },
    { rel: 'next', href: '{next}' },
    { rel: 'describedby', href: '{schema}' },
  ],
} as const;
