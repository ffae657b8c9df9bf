import type { Page, SortKey } from '../../../kernel/page.js';
import type {
  Namespace,
  NamespaceFields,
  NamespaceScope,
  NamespaceVisibility,
} from '../../domain/namespace.js';
import type { DraftContents, NamespaceContents } from '../../domain/namespace-contents.js';
import type { Association } from '../../domain/resource-type.js';

/** Equal values are ordered by creation, in the same direction; an absent text sorts as an empty one. */
export const NAMESPACE_SORT_FIELDS = [
  'name',
  'displayName',
  'description',
  'visibility',
  'isProtected',
  'owner',
  'createdAt',
  'updatedAt',
  'id',
] as const;
export type NamespaceSortField = (typeof NAMESPACE_SORT_FIELDS)[number];

export interface NamespaceQuery {
  readonly scope: NamespaceScope;
  readonly visibility: NamespaceVisibility | null;
  /** Namespaces associated with any of these; null for all. */
  readonly resourceTypes: readonly string[] | null;
  readonly sort: SortKey<NamespaceSortField>;
  readonly limit: number;
  /** The page begins after this namespace, which need not match the filters. */
  readonly after: Namespace | null;
}

/** A namespace as it stands in a list. */
export interface ListedNamespace {
  readonly namespace: Namespace;
  readonly associations: readonly Association[];
}

/** A namespace with everything inside. */
export interface FullNamespace {
  readonly namespace: Namespace;
  readonly contents: NamespaceContents;
}

/** Port: the collection of namespaces. Every call is one transaction and a fixed number of statements. */
export abstract class NamespaceRepository {
  /** Outside of the scope is as good as absent: null. */
  abstract find(name: string, scope: NamespaceScope): Promise<Namespace | null>;

  abstract findWithContents(name: string, scope: NamespaceScope): Promise<FullNamespace | null>;

  abstract list(query: NamespaceQuery): Promise<Page<ListedNamespace>>;

  /**
   * Adds a namespace with everything inside, and the resource types that are new.
   * @throws NamespaceExists when the name is taken; then nothing was added
   */
  abstract add(fields: NamespaceFields, contents: DraftContents, now: Date): Promise<Namespace>;

  /**
   * Replaces what is said about the namespace; what is inside stays.
   * @throws NamespaceNotFound when it is gone
   * @throws NamespaceExists when the new name is taken
   */
  abstract replace(before: Namespace, fields: NamespaceFields, now: Date): Promise<Namespace>;

  /**
   * Replaces the namespace and everything inside.
   * @throws NamespaceNotFound when it is gone
   */
  abstract overwrite(
    before: Namespace,
    fields: NamespaceFields,
    contents: DraftContents,
    now: Date,
  ): Promise<void>;

  /** Removes the namespace with everything inside; false when it is gone or protected by now. */
  abstract remove(namespace: Namespace): Promise<boolean>;
}
