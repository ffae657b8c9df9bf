import { PROPERTY_TYPES } from '../../domain/definition.js';
import { NAME, collectionOf, type ItemDocument, type JsonSchema } from './json-schema.js';

const TYPE: JsonSchema = { type: ['string', 'null'], enum: PROPERTY_TYPES };
const COUNT: JsonSchema = { $ref: '#/definitions/positiveInteger' };
const COUNT_FROM_0: JsonSchema = { $ref: '#/definitions/positiveIntegerDefault0' };
const NAMES: JsonSchema = { $ref: '#/definitions/stringArray' };

/** Everything that can be said about a property beyond its name; the order is that of replies. */
export const PROPERTY_MEMBERS = {
  type: TYPE,
  title: { type: 'string' },
  description: { type: 'string' },
  operators: { type: 'array', items: { type: 'string' } },
  required: NAMES,
  enum: { type: 'array' },
  default: {},
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  minLength: COUNT_FROM_0,
  maxLength: COUNT,
  pattern: { type: 'string', format: 'regex' },
  readonly: { type: 'boolean' },
  items: {
    type: 'object',
    properties: { type: TYPE, enum: { type: 'array' } },
    additionalProperties: false,
  },
  minItems: COUNT_FROM_0,
  maxItems: COUNT,
  uniqueItems: { type: 'boolean', default: false },
  additionalItems: { type: 'boolean' },
} as const satisfies JsonSchema;

const MEMBERS: JsonSchema = { name: NAME, ...PROPERTY_MEMBERS };

const SHARED_DEFINITIONS: JsonSchema = {
  // Larger ones are not shown as they were sent.
  positiveInteger: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  positiveIntegerDefault0: { allOf: [{ $ref: '#/definitions/positiveInteger' }, { default: 0 }] },
  stringArray: { type: 'array', items: { type: 'string' }, uniqueItems: true },
};

/** For documents that hold properties by name, as `#/definitions/property`. */
export const DEFINITIONS: JsonSchema = {
  ...SHARED_DEFINITIONS,
  property: {
    type: 'object',
    propertyNames: NAME,
    additionalProperties: {
      type: 'object',
      properties: MEMBERS,
      required: ['title', 'type'],
      additionalProperties: false,
    },
  },
};

const PROPERTY_BY_NAME: ItemDocument = {
  name: 'property',
  properties: MEMBERS,
  additionalProperties: false,
  required: ['type', 'title'],
  definitions: SHARED_DEFINITIONS,
};

export const PROPERTY: ItemDocument = { ...PROPERTY_BY_NAME, required: ['type', 'title', 'name'] };

/** In the collection the name is the key. */
export const PROPERTIES = collectionOf('properties', PROPERTY_BY_NAME, 'object');
