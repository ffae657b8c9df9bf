import { MEMBER_STATUSES } from '../domain/image-access.js';

export const memberProperties = {
  created_at: { type: 'string', description: 'Date and time of image member creation' },
  image_id: {
    type: 'string',
    description: 'An identifier for the image',
    pattern:
      '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$',
  },
  member_id: { type: 'string', description: 'An identifier for the image member (tenantId)' },
  status: { type: 'string', description: 'The status of this image member', enum: MEMBER_STATUSES },
  updated_at: { type: 'string', description: 'Date and time of last modification of image member' },
  schema: { readOnly: true, type: 'string' },
} as const;

/** As `GET /v2/schemas/member` and `/v2/schemas/members` tell them. */
export const memberSchema = { name: 'member', properties: memberProperties } as const;

export const membersSchema = {
  name: 'members',
  properties: {
    members: { type: 'array', items: memberSchema },
    schema: { type: 'string' },
  },
  links: [{ rel: 'describedby', href: '{schema}' }],
} as const;
