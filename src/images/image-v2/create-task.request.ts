import { InvalidRequest, quote } from '../../kernel/errors.js';
import type { CreateImportTaskCommand } from '../application/imports/create-import-task.js';
import { parseCreateImage } from './create-image.request.js';
import type { ImageSchema } from './image-schema.js';
import { requireObject, requireText } from './import.request.js';

/** Body of `POST /v2/tasks` → command (image-v2 2.15). @throws InvalidRequest, Forbidden as for a new image */
export function parseCreateTask(
  body: unknown,
  schema: ImageSchema,
): Omit<CreateImportTaskCommand, 'requestId'> {
  const task = requireObject(body, 'The request body');
  requireKnownKeys(task, ['type', 'input']);
  const type = requireText(task['type'], 'type');
  if (type !== 'import')
    throw new InvalidRequest(`Tasks of the type ${quote(type)} cannot be made.`);
  const input = requireObject(task['input'], 'The field input');
  requireKnownKeys(input, ['import_from', 'import_from_format', 'image_properties']);
  const uri = requireText(input['import_from'], 'input.import_from');
  const format = requireText(input['import_from_format'], 'input.import_from_format');
  const properties = requireObject(input['image_properties'], 'The field input.image_properties');
  // What is said nowhere else follows from what is imported.
  const image = parseCreateImage(
    { disk_format: format, container_format: 'bare', ...properties },
    schema,
  );
  return {
    uri,
    image,
    input: { import_from: uri, import_from_format: format, image_properties: properties },
  };
}

function requireKnownKeys(value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new InvalidRequest(`The field ${quote(unknown)} is unknown.`);
}
