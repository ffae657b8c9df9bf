import type { OpenAPIObject } from '@nestjs/swagger';
import { isDeepStrictEqual } from 'node:util';
import { operationsOf } from './operations.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

/**
 * Makes every schema with a title a component of that name, and refers to it wherever it stands.
 * @throws when two schemas that differ have the same title
 */
export function nameSchemas(document: OpenAPIObject): void {
  const components = new Components(document.components?.schemas);
  for (const { operation } of operationsOf(document)) {
    const { requestBody, responses } = operation;
    if (requestBody !== undefined && !('$ref' in requestBody)) {
      operation.requestBody = components.within(requestBody);
    }
    operation.responses = mapValues(responses, (response) =>
      response === undefined || '$ref' in response ? response : components.within(response),
    );
  }
  document.components = { ...document.components, schemas: components.schemas };
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

class Components {
  readonly schemas: Schemas;

  constructor(schemas: Schemas = {}) {
    this.schemas = { ...schemas };
  }

  /** A body or an answer, with references to what has a name. */
  within<T extends Body>(body: T): T {
    if (body.content === undefined) return body;
    const content = mapValues(body.content, (media) =>
      media.schema === undefined ? media : { ...media, schema: this.refer(media.schema) },
    );
    return { ...body, content };
  }

  private refer(schema: Schema): Schema {
    if ('$ref' in schema) return schema;
    const { title, ...rest } = schema;
    const inner = this.inside(rest);
    if (title === undefined) return inner;
    const known = this.schemas[title];
    if (known !== undefined && !isDeepStrictEqual(known, inner)) {
      throw new Error(`Two schemas are called ${title}.`);
    }
    this.schemas[title] = inner;
    return { $ref: `#/components/schemas/${title}` };
  }

  private inside(schema: Exclude<Schema, { $ref: string }>): Schema {
    const { properties, items, additionalProperties: others, allOf, anyOf, oneOf } = schema;
    const all = (schemas: Schema[]) => schemas.map((each) => this.refer(each));
    return {
      ...schema,
      ...(properties && {
        properties: mapValues(properties, (each) => this.refer(each)),
      }),
      ...(items && { items: this.refer(items) }),
      ...(typeof others === 'object' && { additionalProperties: this.refer(others) }),
      ...(allOf && { allOf: all(allOf) }),
      ...(anyOf && { anyOf: all(anyOf) }),
      ...(oneOf && { oneOf: all(oneOf) }),
    };
  }
}

const mapValues = <T>(values: Readonly<Record<string, T>>, map: (value: T) => T) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
