import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { NamespaceExists } from '../domain/metadata.errors.js';
import type { NamespaceFields } from '../domain/namespace.js';
import { assertConsistent, type DraftContents } from '../domain/namespace-contents.js';
import { NamespaceRepository, type FullNamespace } from './ports/namespace.repository.js';
import type { CreateNamespaceCommand } from './manage-namespaces.js';

/** What became of a namespace: `kept` differs from its definition and was not to be replaced. */
export type LoadOutcome = 'created' | 'unchanged' | 'replaced' | 'kept';

export interface LoadedNamespace {
  readonly name: string;
  readonly outcome: LoadOutcome;
}

/**
 * Brings namespaces into the catalog as they are defined elsewhere, each all or nothing. May be repeated:
 * what is there already in the same form is left alone.
 */
@Injectable()
export class LoadDefinitions {
  constructor(@Inject(NamespaceRepository) private readonly namespaces: NamespaceRepository) {}

  /**
   * @param replace whether a namespace that differs is replaced with everything inside, or kept
   * @throws DefinitionExists, AssociationExists when a definition names something twice
   * @throws DefinitionLimitExceeded
   */
  async execute(
    definitions: readonly CreateNamespaceCommand[],
    { replace }: { readonly replace: boolean },
  ): Promise<LoadedNamespace[]> {
    for (const { contents } of definitions) assertConsistent(contents);
    const loaded: LoadedNamespace[] = [];
    for (const definition of definitions) {
      const outcome = await this.load(definition, replace).catch((error: unknown) => {
        if (!(error instanceof NamespaceExists)) throw error;
        return this.load(definition, replace); // a loader elsewhere was quicker
      });
      loaded.push({ name: definition.fields.name, outcome });
    }
    return loaded;
  }

  private async load(definition: CreateNamespaceCommand, replace: boolean): Promise<LoadOutcome> {
    const { fields, contents } = definition;
    const found = await this.namespaces.findWithContents(fields.name, 'everything');
    const wanted = { ...fields, owner: fields.owner ?? found?.namespace.owner ?? null };
    if (found === null) {
      await this.namespaces.add(wanted, contents, new Date());
      return 'created';
    }
    if (isDeepStrictEqual(draftOf(found), normalised(wanted, contents))) return 'unchanged';
    if (!replace) return 'kept';
    await this.namespaces.overwrite(found.namespace, wanted, contents, new Date());
    return 'replaced';
  }
}

/** What would have to be written to get what is there: dates and identity left out. */
function draftOf({ namespace, contents }: FullNamespace): unknown {
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...fields } = namespace;
  return normalised(fields, contents);
}

/** Comparable, whatever the order in which things were written. */
function normalised(fields: NamespaceFields, contents: DraftContents): unknown {
  return {
    ...fields,
    associations: byName(contents.associations, ({ prefix, propertiesTarget }) => [
      prefix,
      propertiesTarget,
    ]),
    properties: byName(contents.properties, ({ document }) => document),
    objects: byName(contents.objects, ({ document }) => document),
    tags: byName(contents.tags, () => null),
  };
}

function byName<Item extends { readonly name: string }>(
  items: readonly Item[],
  content: (item: Item) => unknown,
): Map<string, unknown> {
  return new Map(items.map((item) => [item.name, content(item)]));
}
