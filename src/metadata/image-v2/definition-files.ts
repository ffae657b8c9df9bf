import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from '../../api/http/json-body.js';
import { DomainError } from '../../kernel/errors.js';
import type { CreateNamespaceCommand } from '../application/manage-namespaces.js';
import { assertConsistent } from '../domain/namespace-contents.js';
import { parseNewNamespace } from './namespace.requests.js';
import { NAMESPACE } from './schemas/namespace.schema.js';

/** A file of definitions cannot be used; the message names it and is meant for the operator. */
export class DefinitionFileError extends Error {}

/** The definitions that come with this code, whether it runs from `src` or from `dist`. */
export function bundledDefinitions(): string {
  return fileURLToPath(new URL('../../../definitions', import.meta.url));
}

/**
 * Reads namespaces from a file, or from all `*.json` files of a directory in order of name. A file holds one
 * namespace as `POST /v2/metadefs/namespaces` takes it, which is also how others exchange definitions. What
 * only the service sets is left out, so that what it answered can be read again.
 * @throws DefinitionFileError
 */
export async function readDefinitions(path: string): Promise<CreateNamespaceCommand[]> {
  const files = await filesIn(path);
  if (files.length === 0) throw new DefinitionFileError(`${path} holds no definitions (*.json).`);
  return Promise.all(files.map(readDefinition));
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new DefinitionFileError(`${path} cannot be read.`, { cause });
  });
  if (!found.isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(path, name));
}

async function readDefinition(path: string): Promise<CreateNamespaceCommand> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DefinitionFileError(`${path} cannot be read.`, { cause });
  });
  try {
    const definition = parseNewNamespace(withoutReadOnly(parseJson(text)));
    assertConsistent(definition.contents);
    return definition;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DefinitionFileError(`${path}: ${error.message}`, { cause: error });
  }
}

function withoutReadOnly(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const isKept = (key: string): boolean => {
    const schema = NAMESPACE.properties[key] as { readOnly?: boolean } | undefined;
    return schema?.readOnly !== true;
  };
  return Object.fromEntries(Object.entries(body).filter(([key]) => isKept(key)));
}
