import type { CreateImageCommand } from '../application/create-image.js';
import type { EditableAttributes } from '../domain/image-change.js';
import { requireProperty } from '../domain/image-properties.js';
import { AttributeReadOnly } from '../domain/image.errors.js';
import {
  COMPUTED_ATTRIBUTES,
  ID_ATTRIBUTE,
  LOCATIONS_ATTRIBUTE,
  SERVICE_ATTRIBUTES,
  WRITABLE_ATTRIBUTES,
  isBaseAttribute,
  isWritable,
} from './image.attributes.js';
import type { ImageSchema } from './image-schema.js';

/** Body of `POST /v2/images` → command; checks in the order of image-v2 2.2. */
export function parseCreateImage(body: unknown, schema: ImageSchema): CreateImageCommand {
  if (isObject(body)) refuseNames(body, COMPUTED_ATTRIBUTES);
  schema.requireDocument(body);
  const properties = additionalPropertiesOf(body);
  for (const [name, value] of properties) requireProperty(name, value);
  refuseNames(body, [LOCATIONS_ATTRIBUTE, ...SERVICE_ATTRIBUTES]);
  const id = body[ID_ATTRIBUTE];
  return {
    id: typeof id === 'string' ? id.toLowerCase() : null,
    attributes: writableAttributesOf(body),
    properties: Object.fromEntries(properties),
  };
}

const isObject = (body: unknown): body is Record<string, unknown> =>
  typeof body === 'object' && body !== null && !Array.isArray(body);

function refuseNames(body: Record<string, unknown>, names: readonly string[]): void {
  const found = names.find((name) => Object.hasOwn(body, name));
  if (found !== undefined) throw new AttributeReadOnly(found);
}

/** The schema has made sure that additional properties are strings. */
function additionalPropertiesOf(body: Record<string, unknown>): [string, string][] {
  return Object.entries(body).filter(
    (entry): entry is [string, string] => !isBaseAttribute(entry[0]),
  );
}

function writableAttributesOf(body: Record<string, unknown>): Partial<EditableAttributes> {
  const entries = Object.entries(body).flatMap(([name, value]) =>
    isWritable(name) ? [[WRITABLE_ATTRIBUTES[name], value]] : [],
  );
  return Object.fromEntries(entries) as Partial<EditableAttributes>;
}
