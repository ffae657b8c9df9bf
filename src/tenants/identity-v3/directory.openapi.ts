import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, type ApiBodyOptions } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';

export type Schema = NonNullable<Extract<ApiBodyOptions, { schema: unknown }>['schema']>;

/** How a kind of entity is documented. */
export interface ResourceDocs {
  readonly singular: string;
  readonly plural: string;
  /** A complete entity. */
  readonly example: object;
  readonly filters?: readonly string[];
}

const LINKS = { self: 'http://127.0.0.1:9292/identity/v3/…', previous: null, next: null };

/** A page of entities, or all that there are. */
export const PageReply = (
  description: string,
  plural: string,
  example: object,
): MethodDecorator => {
  const items = schemaOf(example);
  const schema = object({ [member(plural)]: { type: 'array', items }, links: schemaOf(LINKS) });
  return ApiResponse({
    status: 200,
    description,
    content: json(schema, { [member(plural)]: [example], links: LINKS }),
  });
};

/** One entity. */
export const OneReply = (description: string, singular: string, example: object): MethodDecorator =>
  ApiResponse({ status: 200, description, content: oneOf(singular, example) });

export const ListDocs = ({
  singular,
  plural,
  example,
  filters = [],
}: ResourceDocs): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: `list${pascal(plural)}`,
      summary: `List ${plural}`,
      description: 'By name; at most 1000 at a time. `links.next` leads to the next page.',
    }),
    ...filters.map((name) => ApiQuery({ name, required: false })),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1000 },
    }),
    ApiQuery({ name: 'marker', required: false, description: `Id of the last ${singular} seen` }),
    PageReply('One page.', plural, example),
    Fails(400, [403, 'Administrators and readers of the system may; others see their own.']),
  );

export const ShowDocs = ({ singular, example }: ResourceDocs): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: `show${pascal(singular)}`, summary: `Show a ${singular}` }),
    ApiResponse({
      status: 200,
      description: `The ${singular}.`,
      content: oneOf(singular, example),
    }),
    Fails([403, 'Somebody else’s; administrators and readers of the system may.'], 404),
  );

export const CreateDocs = ({ singular, example }: ResourceDocs, body: Type): MethodDecorator =>
  applyDecorators(
    ApiOperation({ operationId: `create${pascal(singular)}`, summary: `Create a ${singular}` }),
    ApiBody({ type: body }),
    ApiResponse({ status: 201, description: 'Created.', content: oneOf(singular, example) }),
    Fails(
      400,
      [403, 'Administrators may.'],
      [404, 'No such domain.'],
      [409, 'The name is taken.'],
      413,
    ),
  );

export const ChangeDocs = ({ singular, example }: ResourceDocs, body: Type): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: `update${pascal(singular)}`,
      summary: `Change a ${singular}`,
      description: 'Members that are not sent stay as they are.',
    }),
    ApiBody({ type: body }),
    ApiResponse({ status: 200, description: 'Changed.', content: oneOf(singular, example) }),
    Fails(
      400,
      [403, 'Administrators may; what is built in stays.'],
      404,
      [409, 'The name is taken.'],
      413,
    ),
  );

export const DeleteDocs = ({ singular }: ResourceDocs, description = ''): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: `delete${pascal(singular)}`,
      summary: `Delete a ${singular}`,
      description,
    }),
    ApiResponse({ status: 204, description: 'Deleted.' }),
    Fails([403, 'Administrators may; what is built in stays.'], 404),
  );

export const json = (schema: Schema, example: object) => ({
  'application/json': { schema, example },
});

const oneOf = (singular: string, example: object) =>
  json(object({ [member(singular)]: schemaOf(example) }), { [member(singular)]: example });

const object = (properties: Record<string, Schema>): Schema => ({ type: 'object', properties });

/** The schema that an example implies: its members and their types. */
export function schemaOf(value: unknown): Schema {
  if (value === null) return { type: 'string', nullable: true };
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0] ?? '') };
  if (typeof value !== 'object') return { type: typeof value as 'string' | 'boolean' | 'number' };
  const properties = Object.entries(value).map(([name, inner]) => [name, schemaOf(inner)]);
  return { type: 'object', properties: Object.fromEntries(properties) as Record<string, Schema> };
}

const member = (words: string): string => words.replaceAll(' ', '_');

const pascal = (words: string): string =>
  words.replaceAll(/(?:^| )(\w)/g, (_match, letter: string) => letter.toUpperCase());
