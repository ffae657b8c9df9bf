/** A JSON Schema as far as the documents of this API use one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of one thing, closed: keys that it does not name are refused. */
export interface ItemDocument extends JsonSchema {
  readonly name: string;
  readonly properties: JsonSchema;
  readonly required: readonly string[];
  readonly definitions?: JsonSchema;
}

/** Longest name of a namespace, property, object, tag or resource type, in characters (S-49). */
export const MAX_NAME = 80;

export const NAME: JsonSchema = { type: 'string', minLength: 1, maxLength: MAX_NAME };

/** Members that the service adds; sending one is refused with 403 at the top of a body. */
export const DATES: JsonSchema = {
  created_at: {
    type: 'string',
    format: 'date-time',
    readOnly: true,
    description: 'When it was created.',
  },
  updated_at: {
    type: 'string',
    format: 'date-time',
    readOnly: true,
    description: 'When it was last changed.',
  },
};

export const LINKS: JsonSchema = {
  self: { type: 'string', readOnly: true, description: 'Path of this resource.' },
  schema: { type: 'string', readOnly: true, description: 'Path of the schema it follows.' },
};

/** An item as an element of a larger document: its definitions are those of the whole. */
export function embedded(document: ItemDocument): JsonSchema {
  const { properties, required } = document;
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The schema of a page of items; `items` sit in an array, or in an object by name. */
export function collectionOf(
  name: string,
  { definitions, ...item }: ItemDocument,
  shape: 'array' | 'object',
): JsonSchema {
  const elements = shape === 'array' ? { items: item } : { additionalProperties: item };
  return {
    name,
    properties: {
      [name]: { type: shape, ...elements },
      first: { type: 'string' },
      next: { type: 'string' },
      schema: { type: 'string' },
    },
    links: [
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ],
    ...(definitions && { definitions }),
  };
}
