import { DATES, LINKS, NAME, collectionOf, type ItemDocument } from './json-schema.js';
import { DEFINITIONS } from './property.schema.js';

export const OBJECT: ItemDocument = {
  name: 'object',
  properties: {
    name: NAME,
    description: { type: 'string' },
    required: { $ref: '#/definitions/stringArray' },
    properties: { $ref: '#/definitions/property' },
    ...LINKS,
    ...DATES,
  },
  additionalProperties: false,
  required: ['name'],
  definitions: DEFINITIONS,
};

export const OBJECTS = collectionOf('objects', OBJECT, 'array');
