import { DATES, NAME, collectionOf, type ItemDocument } from './json-schema.js';

export const TAG: ItemDocument = {
  name: 'tag',
  properties: { name: NAME, ...DATES },
  additionalProperties: false,
  required: ['name'],
};

export const TAGS = collectionOf('tags', TAG, 'array');

/** Many tags written at once: names only. */
export const TAG_NAMES: ItemDocument = {
  name: 'tags',
  properties: {
    tags: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: NAME },
        required: ['name'],
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
  required: ['tags'],
};
