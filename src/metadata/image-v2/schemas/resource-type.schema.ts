import { DATES, MAX_NAME, NAME, collectionOf, type ItemDocument } from './json-schema.js';

/** The API calls it a resource type; its schema says what it is. */
export const RESOURCE_TYPE_ASSOCIATION: ItemDocument = {
  name: 'resource_type_association',
  properties: {
    name: {
      ...NAME,
      description: 'Type of resource, named as orchestration templates name it: OS::Nova::Flavor.',
    },
    prefix: {
      type: 'string',
      maxLength: MAX_NAME,
      description:
        'Put before the name of each property on such a resource, its separator included: hw_, hw:.',
    },
    properties_target: {
      type: 'string',
      maxLength: MAX_NAME,
      description:
        'Which of several sets of metadata on the resource is meant: image or user on a volume.',
    },
    ...DATES,
  },
  additionalProperties: false,
  required: ['name'],
};

export const RESOURCE_TYPE_ASSOCIATIONS = collectionOf(
  'resource_type_associations',
  RESOURCE_TYPE_ASSOCIATION,
  'array',
);
