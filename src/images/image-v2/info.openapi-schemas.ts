import type { SchemaObject } from '@nestjs/swagger';
import { anyMembers, text } from '../../api/http/openapi-schemas.js';

export const importInfo: SchemaObject = {
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

export const storeList: SchemaObject = {
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
          properties: anyMembers('Settings of the driver, without secrets'),
        },
      },
    },
  },
};

/** Images by number, their bytes in MiB. */
export const usageInfo: SchemaObject = {
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
