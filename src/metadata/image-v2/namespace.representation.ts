import type { PageLinks } from '../../api/http/page-links.js';
import type { FullNamespace, ListedNamespace } from '../application/ports/namespace.repository.js';
import type { Namespace } from '../domain/namespace.js';
import {
  dates,
  toAssociation,
  toObject,
  toPropertyMap,
  toTagName,
  type Json,
} from './definition.representation.js';
import { namespacePath } from './paths.js';

const NAMESPACE_SCHEMA_PATH = '/v2/schemas/metadefs/namespace';

export function toNamespace(namespace: Namespace): Json {
  return {
    namespace: namespace.name,
    display_name: namespace.displayName ?? undefined,
    description: namespace.description ?? undefined,
    visibility: namespace.visibility,
    protected: namespace.isProtected,
    owner: namespace.owner ?? undefined,
    self: namespacePath(namespace.name),
    schema: NAMESPACE_SCHEMA_PATH,
    ...dates(namespace),
  };
}

export function toListedNamespace({ namespace, associations }: ListedNamespace): Json {
  return {
    ...toNamespace(namespace),
    resource_type_associations: unlessEmpty(associations.map(toAssociation)),
  };
}

export function toNamespacePage(items: readonly ListedNamespace[], links: PageLinks): Json {
  return {
    namespaces: items.map(toListedNamespace),
    first: links.first,
    next: links.next ?? undefined,
    schema: '/v2/schemas/metadefs/namespaces',
  };
}

/** With everything inside; what the namespace has none of is left out. */
export function toFullNamespace({ namespace, contents }: FullNamespace): Json {
  const { associations, properties, objects, tags } = contents;
  return {
    ...toListedNamespace({ namespace, associations }),
    properties: properties.length === 0 ? undefined : toPropertyMap(properties),
    objects: unlessEmpty(objects.map((object) => toObject(namespace.name, object))),
    tags: unlessEmpty(tags.map(toTagName)),
  };
}

const unlessEmpty = (items: readonly Json[]): readonly Json[] | undefined =>
  items.length === 0 ? undefined : items;
