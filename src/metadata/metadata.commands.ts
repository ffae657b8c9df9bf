import type { Database } from '../platform/database/database.js';
import { LoadDefinitions, type LoadedNamespace } from './application/load-definitions.js';
import { bundledDefinitions, readDefinitions } from './image-v2/definition-files.js';
import { PrismaNamespaceRepository } from './persistence/prisma-namespace.repository.js';

export interface LoadDefinitionsOptions {
  /** A file or a directory of `*.json`; the bundled definitions without it. */
  readonly path?: string | undefined;
  /** Replace namespaces that differ, with everything inside, instead of keeping them. */
  readonly replace: boolean;
}

/**
 * `catalog load-definitions [DIR|FILE] [--replace]`. All files are read and checked before the first is
 * loaded. May be repeated.
 * @throws DefinitionFileError naming a file that cannot be used
 * @throws DomainError when definitions contradict themselves or the database does not answer
 */
export async function loadDefinitions(
  database: Database,
  { path = bundledDefinitions(), replace }: LoadDefinitionsOptions,
): Promise<LoadedNamespace[]> {
  const definitions = await readDefinitions(path);
  return new LoadDefinitions(new PrismaNamespaceRepository(database)).execute(definitions, {
    replace,
  });
}
