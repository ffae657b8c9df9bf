import type { CreateNamespaceCommand, NamespaceCommand } from '../application/manage-namespaces.js';
import type { NamespaceVisibility } from '../domain/namespace.js';
import { bodyCheck } from './body.validator.js';
import {
  toAssociationDraft,
  toObjectDraft,
  toPropertyDrafts,
  toTagDraft,
  type AssociationBody,
  type ObjectBody,
  type PropertyBody,
  type TagBody,
} from './definition.requests.js';
import { NAMESPACE } from './schemas/namespace.schema.js';

interface NamespaceBody {
  readonly namespace: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly visibility?: NamespaceVisibility;
  readonly protected?: boolean;
  readonly owner?: string;
  readonly resource_type_associations?: readonly AssociationBody[];
  readonly properties?: Readonly<Record<string, PropertyBody>>;
  readonly objects?: readonly ObjectBody[];
  readonly tags?: readonly TagBody[];
}

const check = bodyCheck<NamespaceBody>(NAMESPACE);

/** A namespace with everything inside. @throws InvalidRequest, or 403 for a read-only key */
export function parseNewNamespace(body: unknown): CreateNamespaceCommand {
  const namespace = check(body);
  const { resource_type_associations: associations = [], properties = {} } = namespace;
  const { objects = [], tags = [] } = namespace;
  return {
    fields: toFields(namespace),
    contents: {
      associations: associations.map(toAssociationDraft),
      properties: toPropertyDrafts(properties),
      objects: objects.map(toObjectDraft),
      tags: tags.map(toTagDraft),
    },
  };
}

/**
 * A namespace said anew. What is inside may be sent along, as clients send back what they were shown; it
 * is checked and otherwise ignored. @throws InvalidRequest, or 403 for a read-only key
 */
export const parseNamespace = (body: unknown): NamespaceCommand => toFields(check(body));

function toFields(body: NamespaceBody): NamespaceCommand {
  const { namespace, display_name, description, visibility, owner } = body;
  return {
    name: namespace,
    displayName: display_name ?? null,
    description: description ?? null,
    visibility: visibility ?? 'private',
    isProtected: body.protected ?? false,
    ...(owner !== undefined && { owner }),
  };
}
