import type { JsonSchema } from './json-schema.js';
import { NAMESPACE, NAMESPACES } from './namespace.schema.js';
import { OBJECT, OBJECTS } from './object.schema.js';
import { PROPERTIES, PROPERTY } from './property.schema.js';
import { RESOURCE_TYPE_ASSOCIATION, RESOURCE_TYPE_ASSOCIATIONS } from './resource-type.schema.js';
import { TAG, TAGS } from './tag.schema.js';

/** `/v2/schemas/metadefs/<key>` (Image API 2.17). Bodies are checked against these same documents. */
export const SCHEMA_DOCUMENTS: ReadonlyMap<string, JsonSchema> = new Map(
  Object.entries({
    namespace: NAMESPACE,
    namespaces: NAMESPACES,
    object: OBJECT,
    objects: OBJECTS,
    property: PROPERTY,
    properties: PROPERTIES,
    resource_type: RESOURCE_TYPE_ASSOCIATION,
    resource_types: RESOURCE_TYPE_ASSOCIATIONS,
    tag: TAG,
    tags: TAGS,
  }),
);
