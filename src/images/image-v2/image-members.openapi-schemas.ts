import type { SchemaObject } from '@nestjs/swagger';
import { memberProperties } from './image-member.schema.js';

export const memberEntity: SchemaObject = {
  title: 'ImageMember',
  type: 'object',
  properties: memberProperties as unknown as Record<string, SchemaObject>,
};

export const memberList: SchemaObject = {
  title: 'ImageMemberList',
  type: 'object',
  properties: {
    members: { type: 'array', items: memberEntity },
    schema: { type: 'string', example: '/v2/schemas/members' },
  },
};
