import { NAMESPACE_VISIBILITIES } from '../../domain/namespace.js';
import { DATES, LINKS, NAME, collectionOf, embedded, type ItemDocument } from './json-schema.js';
import { OBJECT } from './object.schema.js';
import { DEFINITIONS } from './property.schema.js';
import { RESOURCE_TYPE_ASSOCIATION } from './resource-type.schema.js';
import { TAG } from './tag.schema.js';

export const NAMESPACE: ItemDocument = {
  name: 'namespace',
  properties: {
    namespace: { ...NAME, description: 'Name of the namespace, unique in the catalog.' },
    display_name: {
      type: 'string',
      maxLength: 80,
      description: 'Name for people, shown by user interfaces.',
    },
    description: { type: 'string', maxLength: 500, description: 'What the namespace is about.' },
    visibility: {
      type: 'string',
      enum: NAMESPACE_VISIBILITIES,
      description: 'Who may see the namespace: everybody, or the owner only.',
    },
    protected: { type: 'boolean', description: 'Whether deleting is refused.' },
    owner: {
      type: 'string',
      maxLength: 255,
      description: 'Project that the namespace belongs to.',
    },
    ...DATES,
    ...LINKS,
    resource_type_associations: { type: 'array', items: embedded(RESOURCE_TYPE_ASSOCIATION) },
    properties: { $ref: '#/definitions/property' },
    objects: { type: 'array', items: embedded(OBJECT) },
    tags: { type: 'array', items: embedded(TAG) },
  },
  additionalProperties: false,
  required: ['namespace'],
  definitions: DEFINITIONS,
};

export const NAMESPACES = collectionOf('namespaces', NAMESPACE, 'array');
