import type { SchemaObject } from '@nestjs/swagger';
import { listOf, objectOf, text } from '../../api/http/openapi-schemas.js';
import { toOpenApi } from '../../api/image-v2/json-schema.openapi.js';
import type { ItemDocument, JsonSchema } from './schemas/json-schema.js';
import { NAMESPACE } from './schemas/namespace.schema.js';
import { OBJECT } from './schemas/object.schema.js';
import { PROPERTY } from './schemas/property.schema.js';
import { RESOURCE_TYPE_ASSOCIATION } from './schemas/resource-type.schema.js';
import { TAG, TAG_NAMES } from './schemas/tag.schema.js';

/** The answers and bodies of metadata definitions: the published schemas, and what is always there. */

const DATES = ['created_at', 'updated_at'];
const LINKS = ['self', 'schema'];
/** Members that hold other definitions. */
const INSIDE = new Set(['properties', 'objects', 'tags', 'resource_type_associations']);

/** A body: what only the service sets may not be sent. */
function body(title: string, document: ItemDocument): SchemaObject {
  const { required, definitions } = document;
  const properties = pick(document, (_name, schema) => schema['readOnly'] !== true);
  return {
    title,
    ...toOpenApi(
      { type: 'object', required, properties, additionalProperties: false },
      definitions,
    ),
  };
}

/** An answer; what is inside of it has schemas of its own. */
function answer(
  title: string,
  document: ItemDocument,
  always: readonly string[],
  inside: Readonly<Record<string, SchemaObject>> = {},
): SchemaObject {
  const properties = pick(document, (name) => !INSIDE.has(name));
  const { properties: own, ...rest } = toOpenApi(
    { type: 'object', required: always, properties, additionalProperties: false },
    document.definitions,
  );
  return { title, ...rest, properties: { ...own, ...inside } };
}

function pick(
  { properties }: ItemDocument,
  isWanted: (name: string, schema: JsonSchema) => boolean,
): JsonSchema {
  const members = Object.entries(properties as Readonly<Record<string, JsonSchema>>);
  return Object.fromEntries(members.filter(([name, schema]) => isWanted(name, schema)));
}

export const newNamespace = body('NewMetadefNamespace', NAMESPACE);
export const newProperty = body('NewMetadefProperty', PROPERTY);
export const newObject = body('NewMetadefObject', OBJECT);
export const newTag = body('NewMetadefTag', TAG);
export const newTags = body('NewMetadefTags', TAG_NAMES);
export const newAssociation = body('NewMetadefAssociation', RESOURCE_TYPE_ASSOCIATION);

export const property = answer('MetadefProperty', PROPERTY, ['name', 'type', 'title']);

/** Where the name is the key. */
const { name: _name, ...unnamed } = PROPERTY.properties;
const properties: SchemaObject = {
  type: 'object',
  description: 'By the name of the property',
  additionalProperties: answer('MetadefPropertyMember', { ...PROPERTY, properties: unnamed }, [
    'type',
    'title',
  ]),
};
export const propertyMap = objectOf({ properties });

export const object = answer('MetadefObject', OBJECT, ['name', ...LINKS, ...DATES], { properties });
export const objectList = objectOf({ objects: listOf(object), schema: text });

export const tag = answer('MetadefTag', TAG, ['name', ...DATES]);
const tags = listOf(objectOf({ name: text }));
export const tagList = objectOf({ tags });

export const association = answer('MetadefAssociation', RESOURCE_TYPE_ASSOCIATION, [
  'name',
  ...DATES,
]);
const associations = { resource_type_associations: listOf(association) };
export const associationList = objectOf(associations);

const {
  prefix: _prefix,
  properties_target: _target,
  ...unapplied
} = RESOURCE_TYPE_ASSOCIATION.properties;
const resourceType = answer(
  'MetadefResourceType',
  { ...RESOURCE_TYPE_ASSOCIATION, properties: unapplied },
  ['name', ...DATES],
);
export const resourceTypeList = objectOf(
  { resource_types: listOf(resourceType) },
  { next: { type: 'string', description: 'Present when there may be more' } },
);

const NAMESPACE_MEMBERS = ['namespace', 'visibility', 'protected', ...LINKS, ...DATES];

export const namespace = answer('MetadefNamespace', NAMESPACE, NAMESPACE_MEMBERS);
export const fullNamespace = answer('FullMetadefNamespace', NAMESPACE, NAMESPACE_MEMBERS, {
  ...associations,
  properties,
  objects: listOf(object),
  tags,
});
export const namespaceList = objectOf(
  {
    namespaces: listOf(
      answer('ListedMetadefNamespace', NAMESPACE, NAMESPACE_MEMBERS, associations),
    ),
    first: text,
    schema: text,
  },
  { next: { type: 'string', description: 'Present when the page is full' } },
);
