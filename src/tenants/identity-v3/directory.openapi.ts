import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, type SchemaObject } from '@nestjs/swagger';
import { Fails } from '../../api/http/openapi.js';
import { json, listOf, nullableText, objectOf } from '../../api/http/openapi-schemas.js';

/** How a kind of entity is documented. */
export interface ResourceDocs {
  readonly singular: string;
  readonly plural: string;
  readonly schema: SchemaObject;
  /** A complete entity. */
  readonly example: object;
  readonly filters?: readonly string[];
}

const SELF = 'http://127.0.0.1:9292/identity/v3/…';
const self: SchemaObject = { type: 'string', description: 'The address of this request' };

/** A page of entities, or all that there are. */
export const PageReply = (
  description: string,
  { plural, schema, example }: ResourceDocs,
): MethodDecorator =>
  ApiResponse({
    status: 200,
    description,
    content: json(
      objectOf(
        {
          [member(plural)]: listOf(schema),
          links: objectOf({
            self,
            next: { ...nullableText, description: 'The address of the next page' },
            previous: { ...nullableText, description: 'Always null' },
          }),
        },
        { truncated: { type: 'boolean', enum: [true], description: 'There is a next page' } },
      ),
      { [member(plural)]: [example], links: { next: null, self: SELF, previous: null } },
    ),
  });

/** All entities, without links to pages. */
export const WholeReply = (
  description: string,
  { plural, schema, example }: ResourceDocs,
): MethodDecorator =>
  ApiResponse({
    status: 200,
    description,
    content: json(objectOf({ [member(plural)]: listOf(schema), links: objectOf({ self }) }), {
      [member(plural)]: [example],
      links: { self: SELF },
    }),
  });

/** One entity. */
export const OneReply = (
  description: string,
  docs: ResourceDocs,
  status: 200 | 201 = 200,
): MethodDecorator => ApiResponse({ status, description, content: oneOf(docs) });

/** One entity, with the address of the request. */
export const LinkedReply = (
  description: string,
  { singular, schema, example }: ResourceDocs,
): MethodDecorator =>
  ApiResponse({
    status: 200,
    description,
    content: json(objectOf({ [member(singular)]: schema, links: objectOf({ self }) }), {
      [member(singular)]: example,
      links: { self: SELF },
    }),
  });

export const ListDocs = (docs: ResourceDocs): MethodDecorator => {
  const { singular, plural, filters = [] } = docs;
  return applyDecorators(
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
    PageReply('One page.', docs),
    Fails(400, [403, 'Administrators and readers of the system may; others see their own.']),
  );
};

export const ShowDocs = (docs: ResourceDocs): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: `show${pascal(docs.singular)}`,
      summary: `Show a ${docs.singular}`,
    }),
    OneReply(`The ${docs.singular}.`, docs),
    Fails([403, 'Somebody else’s; administrators and readers of the system may.'], 404),
  );

export const CreateDocs = (docs: ResourceDocs, body: Type): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: `create${pascal(docs.singular)}`,
      summary: `Create a ${docs.singular}`,
    }),
    ApiBody({ type: body }),
    OneReply('Created.', docs, 201),
    Fails(
      400,
      [403, 'Administrators may.'],
      [404, 'No such domain.'],
      [409, 'The name is taken.'],
      413,
    ),
  );

export const ChangeDocs = (docs: ResourceDocs, body: Type): MethodDecorator =>
  applyDecorators(
    ApiOperation({
      operationId: `update${pascal(docs.singular)}`,
      summary: `Change a ${docs.singular}`,
      description: 'Members that are not sent stay as they are.',
    }),
    ApiBody({ type: body }),
    OneReply('Changed.', docs),
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

const oneOf = ({ singular, schema, example }: ResourceDocs) =>
  json(objectOf({ [member(singular)]: schema }), { [member(singular)]: example });

const member = (words: string): string => words.replaceAll(' ', '_');

const pascal = (words: string): string =>
  words.replaceAll(/(?:^| )(\w)/g, (_match, letter: string) => letter.toUpperCase());
