import type { ApiResponseOptions } from '@nestjs/swagger';

type Schema = NonNullable<Extract<ApiResponseOptions, { schema: unknown }>['schema']>;

const text: Schema = { type: 'string' };

export const importInfo: Schema = {
  type: 'object',
  required: ['import-methods'],
  properties: {
    'import-methods': {
      type: 'object',
      required: ['description', 'type', 'value'],
      properties: {
        description: text,
        type: text,
        value: { type: 'array', items: text, example: ['glance-direct', 'web-download'] },
      },
    },
  },
};

export const storeList: Schema = {
  type: 'object',
  required: ['stores'],
  properties: {
    stores: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id'],
        properties: {
          id: text,
          description: text,
          default: { type: 'string', enum: ['true'] },
          'read-only': { type: 'string', enum: ['true'] },
          type: text,
          weight: { type: 'integer' },
          properties: { type: 'object' },
        },
      },
    },
  },
};

/** Images by number, their bytes in MiB. */
export const usageInfo: Schema = {
  type: 'object',
  required: ['usage'],
  properties: {
    usage: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['usage', 'limit'],
        properties: { usage: { type: 'integer' }, limit: { type: 'integer' } },
      },
    },
  },
};

export const jsonSchema: Schema = {
  type: 'object',
  required: ['name', 'properties'],
  properties: { name: text, properties: { type: 'object' } },
};
