import type { Definition, DraftDefinition, ObjectSchema } from './definition.js';
import { AssociationExists, DefinitionExists, DefinitionLimitExceeded } from './metadata.errors.js';
import type { Association, DraftAssociation } from './resource-type.js';

/** Of one kind in one namespace (S-72). Keeps every collection short enough to be answered whole. */
export const MAX_DEFINITIONS = 1000;

/** Everything inside a namespace, as it is written in one request or file. */
export interface DraftContents {
  readonly associations: readonly DraftAssociation[];
  readonly properties: readonly DraftDefinition<'property'>[];
  readonly objects: readonly DraftDefinition<'object'>[];
  readonly tags: readonly DraftDefinition<'tag'>[];
}

/** Everything inside a namespace, in order of creation; associations by name. */
export interface NamespaceContents extends DraftContents {
  readonly associations: readonly Association[];
  readonly properties: readonly Definition<'property'>[];
  readonly objects: readonly Definition<'object'>[];
  readonly tags: readonly Definition<'tag'>[];
}

/**
 * @throws DefinitionExists and AssociationExists when a name occurs twice
 * @throws DefinitionLimitExceeded when there are too many of one kind
 */
export function assertConsistent(contents: DraftContents): void {
  for (const kind of ['properties', 'objects', 'tags'] as const) assertDistinct(contents[kind]);
  const repeated = firstRepeated(contents.associations);
  if (repeated !== null) throw new AssociationExists(repeated);
  for (const collection of Object.values(contents) as readonly (readonly unknown[])[]) {
    if (collection.length > MAX_DEFINITIONS) throw new DefinitionLimitExceeded(MAX_DEFINITIONS);
  }
}

/** @throws DefinitionExists when a name occurs twice */
export function assertDistinct(definitions: readonly { readonly name: string }[]): void {
  const repeated = firstRepeated(definitions);
  if (repeated !== null) throw new DefinitionExists(repeated);
}

function firstRepeated(named: readonly { readonly name: string }[]): string | null {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}

/**
 * The contents as they apply to one type of resource: property names carry the prefix of the association,
 * also inside objects and in their lists of required properties. Without such an association or
 * prefix nothing changes.
 */
export function appliedTo(contents: NamespaceContents, resourceType: string): NamespaceContents {
  const prefix = contents.associations.find(({ name }) => name === resourceType)?.prefix ?? '';
  if (prefix === '') return contents;
  return {
    ...contents,
    properties: contents.properties.map((one) => ({ ...one, name: prefix + one.name })),
    objects: contents.objects.map((one) => ({ ...one, document: prefixed(one.document, prefix) })),
  };
}

function prefixed(object: ObjectSchema, prefix: string): ObjectSchema {
  const { properties, required } = object;
  return {
    ...object,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [prefix + name, schema]),
      ),
    }),
    ...(required && { required: required.map((name) => prefix + name) }),
  };
}
