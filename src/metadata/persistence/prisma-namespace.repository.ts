import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
import {
  NamespaceRepository,
  type FullNamespace,
  type ListedNamespace,
  type NamespaceQuery,
  type NamespaceSortField,
} from '../application/ports/namespace.repository.js';
import { NamespaceExists, NamespaceNotFound } from '../domain/metadata.errors.js';
import type { Namespace, NamespaceFields, NamespaceScope } from '../domain/namespace.js';
import type { DraftContents } from '../domain/namespace-contents.js';
import { createResourceTypes, insertContents, lockNamespace } from './definition-writes.js';
import {
  ASSOCIATIONS_COLUMN,
  DEFINITIONS_COLUMN,
  NAMESPACE_COLUMNS,
  SCOPE_CONDITION,
  namespaceData,
  scopeValues,
  toAssociations,
  toContents,
  toNamespace,
  type FullRow,
  type ListedRow,
  type NamespaceRow,
} from './namespace.record.js';

/** Never null, so that a page can begin after any value. */
const SORT_EXPRESSIONS = {
  name: 'n.name',
  displayName: `coalesce(n.display_name, '')`,
  description: `coalesce(n.description, '')`,
  visibility: 'n.visibility',
  isProtected: 'n.protected',
  owner: `coalesce(n.owner, '')`,
  createdAt: 'n.created_at',
  updatedAt: 'n.updated_at',
  id: 'n.id',
} as const satisfies Record<NamespaceSortField, string>;

@Injectable()
export class PrismaNamespaceRepository extends NamespaceRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async find(name: string, scope: NamespaceScope): Promise<Namespace | null> {
    const [row] = await this.database.read<NamespaceRow>({
      name: 'metadef-namespace',
      text: `SELECT ${NAMESPACE_COLUMNS} FROM metadef_namespaces n
             WHERE ${SCOPE_CONDITION} AND n.name = $3`,
      values: [...scopeValues(scope), name],
    });
    return row === undefined ? null : toNamespace(row);
  }

  override async findWithContents(
    name: string,
    scope: NamespaceScope,
  ): Promise<FullNamespace | null> {
    const [row] = await this.database.read<FullRow>({
      name: 'metadef-namespace-with-contents',
      text: `SELECT ${NAMESPACE_COLUMNS}, ${ASSOCIATIONS_COLUMN}, ${DEFINITIONS_COLUMN}
             FROM metadef_namespaces n WHERE ${SCOPE_CONDITION} AND n.name = $3`,
      values: [...scopeValues(scope), name],
    });
    return row === undefined ? null : { namespace: toNamespace(row), contents: toContents(row) };
  }

  override async list(query: NamespaceQuery): Promise<Page<ListedNamespace>> {
    const rows = await this.database.read<ListedRow>(listStatement(query));
    const items = rows.map((row) => ({
      namespace: toNamespace(row),
      associations: toAssociations(row),
    }));
    return { items, isFull: items.length > 0 && items.length === query.limit };
  }

  override async add(
    fields: NamespaceFields,
    contents: DraftContents,
    now: Date,
  ): Promise<Namespace> {
    const { id } = await this.database
      .change(async (transaction) => {
        await createResourceTypes(transaction, contents, now);
        const namespace = await transaction.metadefNamespace.create({
          data: { ...namespaceData(fields, now), createdAt: now },
          select: { id: true },
        });
        await insertContents(transaction, namespace.id, contents, now);
        return namespace;
      })
      .catch(nameTaken(fields.name));
    return { ...fields, id, createdAt: now, updatedAt: now };
  }

  override async replace(
    before: Namespace,
    fields: NamespaceFields,
    now: Date,
  ): Promise<Namespace> {
    const { count } = await this.database
      .change((prisma) =>
        prisma.metadefNamespace.updateMany({
          where: { id: before.id },
          data: namespaceData(fields, now),
        }),
      )
      .catch(nameTaken(fields.name));
    if (count === 0) throw new NamespaceNotFound(before.name);
    return { ...fields, id: before.id, createdAt: before.createdAt, updatedAt: now };
  }

  override async overwrite(
    before: Namespace,
    fields: NamespaceFields,
    contents: DraftContents,
    now: Date,
  ): Promise<void> {
    const where = { namespaceId: before.id };
    await this.database
      .change(async (transaction) => {
        await createResourceTypes(transaction, contents, now);
        await lockNamespace(transaction, before);
        await transaction.metadefNamespace.update({
          where: { id: before.id },
          data: namespaceData(fields, now),
        });
        await transaction.metadefDefinition.deleteMany({ where });
        await transaction.metadefAssociation.deleteMany({ where });
        await insertContents(transaction, before.id, contents, now);
      })
      .catch(nameTaken(fields.name));
  }

  override async remove({ id }: Namespace): Promise<boolean> {
    const { count } = await this.database.change((prisma) =>
      prisma.metadefNamespace.deleteMany({ where: { id, isProtected: false } }),
    );
    return count > 0;
  }
}

function listStatement(query: NamespaceQuery): Statement {
  const { field, direction } = query.sort;
  const sorted = [SORT_EXPRESSIONS[field], 'n.created_at', 'n.id'];
  const beyond = direction === 'asc' ? '>' : '<';
  const after = query.after === null ? '' : '-after';
  return {
    name: `metadef-namespaces-by-${field}-${direction}${after}`,
    text: `SELECT ${NAMESPACE_COLUMNS}, ${ASSOCIATIONS_COLUMN} FROM metadef_namespaces n
      WHERE ${SCOPE_CONDITION} AND ($3::text IS NULL OR n.visibility = $3)
        AND ($4::text[] IS NULL OR EXISTS (SELECT FROM metadef_associations t
          WHERE t.namespace_id = n.id AND t.resource_type = ANY ($4)))
        ${after && `AND (${sorted.join(', ')}) ${beyond} (SELECT ${sorted.join(', ')} FROM metadef_namespaces n WHERE n.id = $6)`}
      ORDER BY ${sorted.map((expression) => `${expression} ${direction}`).join(', ')} LIMIT $5`,
    values: [
      ...scopeValues(query.scope),
      query.visibility,
      query.resourceTypes,
      query.limit,
      ...(query.after === null ? [] : [query.after.id]),
    ],
  };
}

/** Within one namespace names are distinct already: what is taken is the name of the namespace. */
const nameTaken =
  (name: string) =>
  (error: unknown): never => {
    throw error instanceof UniqueViolation ? new NamespaceExists(name) : error;
  };
