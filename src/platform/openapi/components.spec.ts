import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject, SchemaObject } from '@nestjs/swagger';
import { nameSchemas } from './components.js';

const thing: SchemaObject = {
  title: 'Thing',
  type: 'object',
  properties: { id: { type: 'string' } },
};
const reference = { $ref: '#/components/schemas/Thing' };

const answering = (...schemas: SchemaObject[]): OpenAPIObject => ({
  openapi: '3.0.0',
  info: { title: 'Things', version: '1' },
  paths: Object.fromEntries(
    schemas.map((schema, index) => [
      `/${index}`,
      {
        get: {
          responses: { 200: { description: '', content: { 'application/json': { schema } } } },
        },
      },
    ]),
  ),
});

function answerOf({ paths }: OpenAPIObject, path: string): unknown {
  const answer = paths[path]?.get?.responses[200];
  if (answer === undefined || '$ref' in answer) throw new Error(`Nothing at ${path}.`);
  return answer.content?.['application/json']?.schema;
}

describe('schemas with a title', () => {
  it('become components, and are referred to wherever they stand', () => {
    const document = answering(
      thing,
      { type: 'array', items: thing },
      {
        type: 'object',
        properties: { one: thing, either: { oneOf: [thing, { type: 'string' }] } },
        additionalProperties: thing,
      },
      { allOf: [thing], anyOf: [thing] },
    );
    nameSchemas(document);

    const { title: _title, ...component } = thing;
    expect(document.components?.schemas).toEqual({ Thing: component });
    expect(answerOf(document, '/0')).toEqual(reference);
    expect(answerOf(document, '/1')).toEqual({ type: 'array', items: reference });
    expect(answerOf(document, '/2')).toEqual({
      type: 'object',
      properties: { one: reference, either: { oneOf: [reference, { type: 'string' }] } },
      additionalProperties: reference,
    });
    expect(answerOf(document, '/3')).toEqual({ allOf: [reference], anyOf: [reference] });
  });

  it('are named in bodies of requests too, and inside of each other', () => {
    const box: SchemaObject = { title: 'Box', type: 'object', properties: { thing } };
    const document = answering(thing);
    const operation = document.paths['/0']?.get;
    if (operation) operation.requestBody = { content: { 'application/json': { schema: box } } };
    nameSchemas(document);

    expect(operation?.requestBody).toEqual({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Box' } } },
    });
    expect(document.components?.schemas?.['Box']).toEqual({
      type: 'object',
      properties: { thing: reference },
    });
  });

  it('must not differ under one title', () => {
    const other: SchemaObject = { title: 'Thing', type: 'string' };
    expect(() => {
      nameSchemas(answering(thing, other));
    }).toThrow('Two schemas are called Thing.');
  });
});
