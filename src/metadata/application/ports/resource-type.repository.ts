import type { Page } from '../../../kernel/page.js';
import type { Namespace } from '../../domain/namespace.js';
import type { Association, DraftAssociation, ResourceType } from '../../domain/resource-type.js';

/** Port: the types of resources, and which namespaces apply to them. */
export abstract class ResourceTypeRepository {
  /** In order of name, at most `limit`, after the one called `marker` (which need not exist). */
  abstract list(limit: number, marker: string | null): Promise<Page<ResourceType>>;

  /** In order of name. */
  abstract listAssociations(namespace: Namespace): Promise<readonly Association[]>;

  /** The association with one type; null when there is none. */
  abstract findAssociation(namespace: Namespace, type: string): Promise<Association | null>;

  /**
   * Adds an association, and the resource type when it is new.
   * @throws AssociationExists
   * @throws DefinitionLimitExceeded when the namespace has too many
   * @throws NamespaceNotFound when the namespace is gone
   */
  abstract associate(
    namespace: Namespace,
    draft: DraftAssociation,
    now: Date,
  ): Promise<Association>;

  /** False when there is none with this type, or the namespace is protected by now. The type stays. */
  abstract dissociate(namespace: Namespace, resourceType: string): Promise<boolean>;
}
