import type { SchemaObject } from '@nestjs/swagger';
import { anyMembers, listOf, objectOf, text } from '../http/openapi-schemas.js';

type Schemas = Readonly<Record<string, unknown>>;

/** What of JSON Schema is said otherwise in OpenAPI. */
interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Schemas;
  readonly propertyNames?: unknown;
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
  readonly allOf?: unknown[];
  readonly [keyword: string]: unknown;
}

/** What `/v2/schemas/...` answers with. */
export const jsonSchemaDocument: SchemaObject = {
  title: 'JsonSchemaDocument',
  ...objectOf(
    { name: text, properties: anyMembers('The schema of each member, by its name') },
    {
      required: { ...listOf(text), description: 'Names of the members that must be there' },
      additionalProperties: {
        anyOf: [{ type: 'boolean' }, anyMembers('The schema of all other members')],
        description: 'Whether there may be other members, or what they must be',
      },
      definitions: anyMembers('Schemas that are referred to, by their name'),
      links: listOf(objectOf({ rel: text, href: text })),
    },
  ),
};

/**
 * A published schema in the words of OpenAPI 3.0: `nullable` instead of a list of types, and definitions in the
 * place of references to them. It has no words for rules on the names of members.
 * @param definitions by the name in `#/definitions/<name>`
 */
export function toOpenApi(schema: JsonSchema, definitions: Schemas = {}): SchemaObject {
  const inner = (value: unknown) => toOpenApi(value as JsonSchema, definitions);
  const definition = definitions[schema.$ref?.replace('#/definitions/', '') ?? ''];
  if (definition !== undefined) return inner(definition);
  if (Object.keys(schema).length === 0) return { description: 'Any JSON value' };
  const { type, propertyNames: _names, ...rest } = schema;
  return { ...(rest as SchemaObject), ...typeOf(type), ...contentOf(schema, inner) };
}

function typeOf(type: JsonSchema['type']): SchemaObject {
  if (type === undefined) return {};
  if (typeof type === 'string') return { type };
  return { type: type.find((each) => each !== 'null') ?? 'string', nullable: true };
}

function contentOf(schema: JsonSchema, inner: (value: unknown) => SchemaObject): SchemaObject {
  const { type, properties, items = {}, allOf } = schema;
  const isOpen = [type].flat().includes('object') && properties === undefined;
  const others = schema.additionalProperties ?? (isOpen ? true : undefined);
  return {
    ...(properties && { properties: mapValues(properties, inner) }),
    ...(others !== undefined && {
      additionalProperties: typeof others === 'boolean' ? others : inner(others),
    }),
    ...(type === 'array' && { items: inner(items) }),
    ...(allOf && { allOf: allOf.map(inner) }),
  };
}

const mapValues = (schemas: Schemas, map: (schema: unknown) => SchemaObject) =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema)]));
