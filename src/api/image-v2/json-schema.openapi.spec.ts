import { describe, expect, it } from '@jest/globals';
import { toOpenApi } from './json-schema.openapi.js';

describe('a published schema in the words of OpenAPI', () => {
  it.each([
    ['of one type stays', { type: 'string', maxLength: 3 }, { type: 'string', maxLength: 3 }],
    [
      'that allows null is nullable',
      { type: ['null', 'integer'] },
      { type: 'integer', nullable: true },
    ],
    ['that says nothing tells so', {}, { description: 'Any JSON value' }],
    ['of any object says so', { type: 'object' }, { type: 'object', additionalProperties: true }],
    [
      'of any list says so',
      { type: 'array' },
      { type: 'array', items: { description: 'Any JSON value' } },
    ],
    [
      'of a closed object stays closed',
      { type: 'object', additionalProperties: false },
      { type: 'object', additionalProperties: false },
    ],
    [
      'loses rules on names',
      { type: 'object', propertyNames: { maxLength: 8 }, additionalProperties: {} },
      { type: 'object', additionalProperties: { description: 'Any JSON value' } },
    ],
    [
      'with parts has each of them',
      { allOf: [{}] },
      { allOf: [{ description: 'Any JSON value' }] },
    ],
  ])('%s', (_title, schema, expected) => {
    expect(toOpenApi(schema)).toEqual(expected);
  });

  it('says what a definition says, at any depth', () => {
    const definitions = {
      names: { type: 'array', items: { $ref: '#/definitions/name' } },
      name: { type: ['string', 'null'] },
    };
    const schema = { type: 'object', properties: { all: { $ref: '#/definitions/names' } } };
    expect(toOpenApi(schema, definitions)).toEqual({
      type: 'object',
      properties: { all: { type: 'array', items: { type: 'string', nullable: true } } },
    });
  });
});
