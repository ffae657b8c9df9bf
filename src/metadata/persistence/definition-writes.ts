import type { Prisma } from '../../generated/prisma/client.js';
import { DefinitionLimitExceeded, NamespaceNotFound } from '../domain/metadata.errors.js';
import { MAX_DEFINITIONS, type DraftContents } from '../domain/namespace-contents.js';
import type { Namespace } from '../domain/namespace.js';
import { associationData, definitionsOf, documentText, type AnyDraft } from './namespace.record.js';

/**
 * Whoever adds to a namespace takes its row first, so that what is counted afterwards stays true until
 * the transaction ends. Readers and changes of single definitions do not wait.
 * @throws NamespaceNotFound when it is gone
 */
export async function lockNamespace(
  transaction: Prisma.TransactionClient,
  { id, name }: Namespace,
): Promise<void> {
  const rows = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM metadef_namespaces WHERE id = ${id} FOR NO KEY UPDATE`;
  if (rows.length === 0) throw new NamespaceNotFound(name);
}

/** @throws DefinitionLimitExceeded */
export function assertRoom(present: number, added: number): void {
  if (present + added > MAX_DEFINITIONS) throw new DefinitionLimitExceeded(MAX_DEFINITIONS);
}

/** Adds definitions in their order, however many in one statement. */
export async function insertDefinitions(
  transaction: Prisma.TransactionClient,
  namespaceId: bigint,
  drafts: readonly AnyDraft[],
  now: Date,
): Promise<void> {
  const kinds = drafts.map(({ kind }) => kind);
  const names = drafts.map(({ name }) => name);
  const documents = drafts.map(({ document }) => documentText(document));
  await transaction.$executeRaw`
    INSERT INTO metadef_definitions (namespace_id, kind, name, document, created_at, updated_at)
    SELECT ${namespaceId}, kind, name, document::json, ${now}, ${now}
    FROM unnest(${kinds}::text[], ${names}::text[], ${documents}::text[])
      WITH ORDINALITY AS draft (kind, name, document, position)
    ORDER BY position`;
}

/** Everything inside a namespace that holds nothing yet. */
export async function insertContents(
  transaction: Prisma.TransactionClient,
  namespaceId: bigint,
  contents: DraftContents,
  now: Date,
): Promise<void> {
  await insertDefinitions(transaction, namespaceId, definitionsOf(contents), now);
  await transaction.metadefAssociation.createMany({
    data: contents.associations.map((one) => ({ namespaceId, ...associationData(one, now) })),
  });
}

/**
 * Creates the types that are new. First in every transaction, before any namespace is touched, and always
 * in order of name: nobody waits in a circle.
 */
export async function createResourceTypes(
  transaction: Prisma.TransactionClient,
  { associations }: Pick<DraftContents, 'associations'>,
  now: Date,
): Promise<void> {
  const names = associations.map(({ name }) => name).toSorted();
  await transaction.metadefResourceType.createMany({
    data: names.map((name) => ({ name, createdAt: now, updatedAt: now })),
    skipDuplicates: true,
  });
}
