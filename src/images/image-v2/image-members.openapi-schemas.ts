import type { SchemaObject } from '@nestjs/swagger';
import { listOf, objectOf, text } from '../../api/http/openapi-schemas.js';
import { toOpenApi } from '../../api/image-v2/json-schema.openapi.js';
import { memberProperties } from './image-member.schema.js';

export const memberEntity: SchemaObject = {
  title: 'ImageMember',
  ...toOpenApi({
    type: 'object',
    required: Object.keys(memberProperties),
    properties: memberProperties,
  }),
};

export const memberList: SchemaObject = {
  title: 'ImageMemberList',
  ...objectOf({
    members: listOf(memberEntity),
    schema: { ...text, example: '/v2/schemas/members' },
  }),
};
