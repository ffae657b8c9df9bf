import { Inject, Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
import {
  DefinitionRepository,
  type DefinitionQuery,
  type DefinitionSet,
  type DefinitionSortField,
} from '../application/ports/definition.repository.js';
import type { Definition, DefinitionKind, DraftDefinition } from '../domain/definition.js';
import { DefinitionExists, DefinitionNotFound } from '../domain/metadata.errors.js';
import { assertRoom, insertDefinitions, lockNamespace } from './definition-writes.js';
import { documentText, type AnyDraft } from './namespace.record.js';

const SORT_COLUMNS = {
  name: 'd.name',
  createdAt: 'd.created_at',
  updatedAt: 'd.updated_at',
  id: 'd.id',
} as const satisfies Record<DefinitionSortField, string>;

const COLUMNS = `d.name, d.document, d.created_at AS "createdAt", d.updated_at AS "updatedAt"`;
const IN_SET = 'd.namespace_id = $1 AND d.kind = $2';

/** A row is a definition as it stands: the document is JSON, and null for tags. */
type DefinitionRow<Kind extends DefinitionKind> = Definition<Kind>;

@Injectable()
export class PrismaDefinitionRepository extends DefinitionRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async list<Kind extends DefinitionKind>(
    set: DefinitionSet<Kind>,
    query: DefinitionQuery,
  ): Promise<readonly Definition<Kind>[]> {
    const after = query.marker === null ? null : await this.idOf(set, query.marker);
    return this.database.read<DefinitionRow<Kind>>(listStatement(set, query, after));
  }

  override async find<Kind extends DefinitionKind>(
    { namespace, kind }: DefinitionSet<Kind>,
    name: string,
  ): Promise<Definition<Kind> | null> {
    const [row] = await this.database.read<DefinitionRow<Kind>>({
      name: 'metadef-definition',
      text: `SELECT ${COLUMNS} FROM metadef_definitions d WHERE ${IN_SET} AND d.name = $3`,
      values: [namespace.id, kind, name],
    });
    return row ?? null;
  }

  override async add<Kind extends DefinitionKind>(
    { namespace, kind }: DefinitionSet<Kind>,
    drafts: readonly DraftDefinition<Kind>[],
    now: Date,
  ): Promise<void> {
    await this.change(drafts, async (transaction) => {
      await lockNamespace(transaction, namespace);
      const where = { namespaceId: namespace.id, kind };
      assertRoom(await transaction.metadefDefinition.count({ where }), drafts.length);
      await insertDefinitions(transaction, namespace.id, ofKind(kind, drafts), now);
    });
  }

  override async replaceAll<Kind extends DefinitionKind>(
    { namespace, kind }: DefinitionSet<Kind>,
    drafts: readonly DraftDefinition<Kind>[],
    now: Date,
  ): Promise<void> {
    assertRoom(0, drafts.length);
    await this.change(drafts, async (transaction) => {
      await lockNamespace(transaction, namespace);
      const where = { namespaceId: namespace.id, kind };
      await transaction.metadefDefinition.deleteMany({ where });
      await insertDefinitions(transaction, namespace.id, ofKind(kind, drafts), now);
    });
  }

  override async replace<Kind extends DefinitionKind>(
    { namespace, kind }: DefinitionSet<Kind>,
    name: string,
    draft: DraftDefinition<Kind>,
    now: Date,
  ): Promise<Definition<Kind> | null> {
    const [replaced] = await this.database
      .execute<{ createdAt: Date }>({
        name: 'metadef-definition-replace',
        text: `UPDATE metadef_definitions SET name = $4, document = $5, updated_at = $6
          WHERE namespace_id = $1 AND kind = $2 AND name = $3
          RETURNING created_at AS "createdAt", ${recordOriginAt('$7')}`,
        values: [
          namespace.id,
          kind,
          name,
          draft.name,
          documentText(draft.document),
          now,
          originAsText(),
        ],
      })
      .catch(nameTaken([draft]));
    return replaced ? { ...draft, createdAt: replaced.createdAt, updatedAt: now } : null;
  }

  override async remove(
    { namespace, kind }: DefinitionSet<DefinitionKind>,
    name: string,
  ): Promise<boolean> {
    const { count } = await this.database.change((prisma) =>
      prisma.metadefDefinition.deleteMany({
        where: { namespaceId: namespace.id, kind, name, namespace: { isProtected: false } },
      }),
    );
    return count > 0;
  }

  override async removeAll({ namespace, kind }: DefinitionSet<DefinitionKind>): Promise<void> {
    await this.database.change((prisma) =>
      prisma.metadefDefinition.deleteMany({
        where: { namespaceId: namespace.id, kind, namespace: { isProtected: false } },
      }),
    );
  }

  private async change(
    drafts: readonly { readonly name: string }[],
    work: (transaction: Prisma.TransactionClient) => Promise<void>,
  ): Promise<void> {
    await this.database.change(work).catch(nameTaken(drafts));
  }

  private async idOf(set: DefinitionSet<DefinitionKind>, name: string): Promise<bigint> {
    const { namespace, kind } = set;
    const [row] = await this.database.read<{ id: bigint }>({
      name: 'metadef-definition-id',
      text: `SELECT d.id FROM metadef_definitions d WHERE ${IN_SET} AND d.name = $3`,
      values: [namespace.id, kind, name],
    });
    if (row === undefined) throw new DefinitionNotFound(kind, name);
    return row.id;
  }
}

function listStatement(
  { namespace, kind }: DefinitionSet<DefinitionKind>,
  { sort: { field, direction }, limit }: DefinitionQuery,
  after: bigint | null,
): Statement {
  const sorted = [SORT_COLUMNS[field], 'd.id'];
  const beyond = direction === 'asc' ? '>' : '<';
  const page =
    after === null
      ? ''
      : `AND (${sorted.join(', ')}) ${beyond} (SELECT ${sorted.join(', ')} FROM metadef_definitions d WHERE d.id = $4)`;
  return {
    name: `metadef-definitions-by-${field}-${direction}${after === null ? '' : '-after'}`,
    text: `SELECT ${COLUMNS} FROM metadef_definitions d WHERE ${IN_SET} ${page}
      ORDER BY ${sorted.map((column) => `${column} ${direction}`).join(', ')} LIMIT $3`,
    values: [namespace.id, kind, limit, ...(after === null ? [] : [after])],
  };
}

const ofKind = <Kind extends DefinitionKind>(
  kind: Kind,
  drafts: readonly DraftDefinition<Kind>[],
): AnyDraft[] => drafts.map(({ name, document }) => ({ kind, name, document }));

const nameTaken =
  (drafts: readonly { readonly name: string }[]) =>
  (error: unknown): never => {
    throw error instanceof UniqueViolation ? new DefinitionExists(namesOf(drafts)) : error;
  };

const namesOf = (drafts: readonly { readonly name: string }[]): string =>
  drafts.map(({ name }) => name).join(', ');
