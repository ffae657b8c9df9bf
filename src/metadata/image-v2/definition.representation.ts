import type { PageLinks } from '../../api/http/page-links.js';
import { toIsoSeconds } from '../../api/http/iso-instant.js';
import type { Definition, ItemSchema, ObjectSchema, PropertySchema } from '../domain/definition.js';
import type { Association, ResourceType } from '../domain/resource-type.js';
import { objectPath } from './paths.js';
import { PROPERTY_MEMBERS } from './schemas/property.schema.js';

/** A JSON object of the API; members that are undefined are left out when it is written. */
export type Json = Readonly<Record<string, unknown>>;

const OBJECT_SCHEMA_PATH = '/v2/schemas/metadefs/object';

export const dates = ({ createdAt, updatedAt }: { createdAt: Date; updatedAt: Date }): Json => ({
  created_at: toIsoSeconds(createdAt),
  updated_at: toIsoSeconds(updatedAt),
});

/** A property inside a collection, where its name is the key. */
export function toPropertyMember(schema: PropertySchema): Json {
  const members = Object.keys(PROPERTY_MEMBERS) as (keyof typeof PROPERTY_MEMBERS)[];
  return Object.fromEntries(
    members
      .filter((member) => schema[member] !== undefined)
      .map((member) => [member, member === 'items' ? toItems(schema.items) : schema[member]]),
  );
}

function toItems(items: ItemSchema | undefined): Json {
  return { type: items?.type, enum: items?.enum };
}

export function toProperty({ name, document }: Definition<'property'>): Json {
  return { name, ...toPropertyMember(document) };
}

/** Properties by name. Built from entries: a property may well be called `__proto__`. */
export function toPropertyMap(properties: readonly Definition<'property'>[]): Json {
  return Object.fromEntries(
    properties.map(({ name, document }) => [name, toPropertyMember(document)]),
  );
}

export function toObject(namespace: string, object: Definition<'object'>): Json {
  const { description, required, properties }: ObjectSchema = object.document;
  return {
    name: object.name,
    description,
    required,
    properties:
      properties &&
      Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [name, toPropertyMember(schema)]),
      ),
    self: objectPath(namespace, object.name),
    schema: OBJECT_SCHEMA_PATH,
    ...dates(object),
  };
}

/** The schema's path lacks its first slash here, and only here: clients know it so (Image API 2.18). */
export function toObjectList(namespace: string, objects: readonly Definition<'object'>[]): Json {
  return {
    objects: objects.map((object) => toObject(namespace, object)),
    schema: 'v2/schemas/metadefs/objects',
  };
}

/** A tag inside a list. */
export const toTagName = ({ name }: { readonly name: string }): Json => ({ name });

export const toTagList = (tags: readonly { readonly name: string }[]): Json => ({
  tags: tags.map(toTagName),
});

export function toTag(tag: Definition<'tag'>): Json {
  return { name: tag.name, ...dates(tag) };
}

/** The list of the reference has no links; this one has one when it may not be the whole list. */
export function toResourceTypePage(types: readonly ResourceType[], { next }: PageLinks): Json {
  return {
    resource_types: types.map((type) => ({ name: type.name, ...dates(type) })),
    next: next ?? undefined,
  };
}

export function toAssociation(association: Association): Json {
  const { name, prefix, propertiesTarget } = association;
  return {
    name,
    prefix: prefix ?? undefined,
    properties_target: propertiesTarget ?? undefined,
    ...dates(association),
  };
}
