import type { JsonSchema } from './schemas/json-schema.js';

const DATES = { created_at: '2026-01-31T12:00:00Z', updated_at: '2026-01-31T12:00:00Z' };

export const PROPERTY_EXAMPLE: JsonSchema = {
  name: 'watchdog_action',
  title: 'Watchdog action',
  description: 'What happens to a guest that hangs.',
  type: 'string',
  enum: ['disabled', 'reset', 'poweroff', 'pause', 'none'],
};

const { name: _name, ...PROPERTY_MEMBER_EXAMPLE } = PROPERTY_EXAMPLE;

export const OBJECT_BODY_EXAMPLE: JsonSchema = {
  name: 'CPU limits',
  description: 'How much processor time a guest gets.',
  required: [],
  properties: {
    'quota:cpu_shares': {
      title: 'Shares',
      description: 'Weight relative to other guests.',
      type: 'integer',
      minimum: 1,
    },
  },
};

export const OBJECT_EXAMPLE: JsonSchema = {
  ...OBJECT_BODY_EXAMPLE,
  self: '/v2/metadefs/namespaces/OS::Example::Quota/objects/CPU%20limits',
  schema: '/v2/schemas/metadefs/object',
  ...DATES,
};

export const OBJECTS_EXAMPLE: JsonSchema = {
  objects: [OBJECT_EXAMPLE],
  schema: 'v2/schemas/metadefs/objects',
};

export const ASSOCIATION_BODY_EXAMPLE: JsonSchema = { name: 'OS::Nova::Flavor', prefix: 'hw:' };
export const ASSOCIATION_EXAMPLE: JsonSchema = { ...ASSOCIATION_BODY_EXAMPLE, ...DATES };
export const RESOURCE_TYPE_EXAMPLE: JsonSchema = { name: 'OS::Nova::Flavor', ...DATES };

export const TAG_BODY_EXAMPLE: JsonSchema = { name: 'hardware' };
export const TAG_EXAMPLE: JsonSchema = { ...TAG_BODY_EXAMPLE, ...DATES };
export const TAGS_EXAMPLE: JsonSchema = { tags: [{ name: 'hardware' }, { name: 'guest' }] };

export const NAMESPACE_BODY_EXAMPLE: JsonSchema = {
  namespace: 'OS::Example::Watchdog',
  display_name: 'Watchdog',
  description: 'What happens to a guest that hangs.',
  visibility: 'public',
  protected: false,
};

export const NAMESPACE_EXAMPLE: JsonSchema = {
  ...NAMESPACE_BODY_EXAMPLE,
  owner: 'b8f1f3c0a5d94e7f8f6f0a3c2d1e0b9a',
  self: '/v2/metadefs/namespaces/OS::Example::Watchdog',
  schema: '/v2/schemas/metadefs/namespace',
  ...DATES,
};

const CONTENTS = {
  properties: { watchdog_action: PROPERTY_MEMBER_EXAMPLE },
  tags: [TAG_BODY_EXAMPLE],
};

export const NEW_NAMESPACE_EXAMPLE: JsonSchema = {
  ...NAMESPACE_BODY_EXAMPLE,
  resource_type_associations: [ASSOCIATION_BODY_EXAMPLE],
  ...CONTENTS,
};

export const FULL_NAMESPACE_EXAMPLE: JsonSchema = {
  ...NAMESPACE_EXAMPLE,
  resource_type_associations: [ASSOCIATION_EXAMPLE],
  ...CONTENTS,
};

export const NAMESPACES_EXAMPLE: JsonSchema = {
  namespaces: [{ ...NAMESPACE_EXAMPLE, resource_type_associations: [ASSOCIATION_EXAMPLE] }],
  first: '/v2/metadefs/namespaces?limit=1',
  next: '/v2/metadefs/namespaces?limit=1&marker=OS%3A%3AExample%3A%3AWatchdog',
  schema: '/v2/schemas/metadefs/namespaces',
};

export const PROPERTIES_EXAMPLE: JsonSchema = { properties: CONTENTS.properties };
