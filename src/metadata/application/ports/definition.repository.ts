import type { SortKey } from '../../../kernel/page.js';
import type { Definition, DefinitionKind, DraftDefinition } from '../../domain/definition.js';
import type { Namespace } from '../../domain/namespace.js';

/** Equal values are ordered by creation, in the same direction. */
export const DEFINITION_SORT_FIELDS = ['name', 'createdAt', 'updatedAt', 'id'] as const;
export type DefinitionSortField = (typeof DEFINITION_SORT_FIELDS)[number];

/** The definitions of one kind in one namespace. */
export interface DefinitionSet<Kind extends DefinitionKind> {
  readonly namespace: Namespace;
  readonly kind: Kind;
}

export interface DefinitionQuery {
  readonly sort: SortKey<DefinitionSortField>;
  readonly limit: number;
  /** Name of the definition after which the page begins. */
  readonly marker: string | null;
}

/**
 * Port: properties, objects and tags. A set never holds more than `MAX_DEFINITIONS`, however many write
 * at once. Writing into a namespace that is gone by now throws NamespaceNotFound.
 */
export abstract class DefinitionRepository {
  /** @throws DefinitionNotFound when no definition has the marker's name */
  abstract list<Kind extends DefinitionKind>(
    set: DefinitionSet<Kind>,
    query: DefinitionQuery,
  ): Promise<readonly Definition<Kind>[]>;

  abstract find<Kind extends DefinitionKind>(
    set: DefinitionSet<Kind>,
    name: string,
  ): Promise<Definition<Kind> | null>;

  /**
   * Adds all or none.
   * @throws DefinitionExists when a name is taken
   * @throws DefinitionLimitExceeded
   */
  abstract add<Kind extends DefinitionKind>(
    set: DefinitionSet<Kind>,
    drafts: readonly DraftDefinition<Kind>[],
    now: Date,
  ): Promise<void>;

  /**
   * Puts the drafts in the place of whatever the set holds.
   * @throws DefinitionLimitExceeded
   */
  abstract replaceAll<Kind extends DefinitionKind>(
    set: DefinitionSet<Kind>,
    drafts: readonly DraftDefinition<Kind>[],
    now: Date,
  ): Promise<void>;

  /**
   * Replaces one definition, its name included.
   * @returns null when there is none of that name
   * @throws DefinitionExists when the new name is taken
   */
  abstract replace<Kind extends DefinitionKind>(
    set: DefinitionSet<Kind>,
    name: string,
    draft: DraftDefinition<Kind>,
    now: Date,
  ): Promise<Definition<Kind> | null>;

  /** False when there is none of that name, or the namespace is protected by now. */
  abstract remove(set: DefinitionSet<DefinitionKind>, name: string): Promise<boolean>;

  /** Empties the set, unless the namespace is protected by now. */
  abstract removeAll(set: DefinitionSet<DefinitionKind>): Promise<void>;
}
