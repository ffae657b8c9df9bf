import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import { UniqueViolation } from '../../platform/database/database-errors.js';
import { Database } from '../../platform/database/database.js';
import { ResourceTypeRepository } from '../application/ports/resource-type.repository.js';
import { AssociationExists } from '../domain/metadata.errors.js';
import type { Namespace } from '../domain/namespace.js';
import type { Association, DraftAssociation, ResourceType } from '../domain/resource-type.js';
import { assertRoom, createResourceTypes, lockNamespace } from './definition-writes.js';
import { associationData } from './namespace.record.js';

const ASSOCIATION_COLUMNS = `resource_type AS name, prefix,
  properties_target AS "propertiesTarget", created_at AS "createdAt", updated_at AS "updatedAt"`;

@Injectable()
export class PrismaResourceTypeRepository extends ResourceTypeRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async list(limit: number, marker: string | null): Promise<Page<ResourceType>> {
    const items = await this.database.read<ResourceType>({
      name: 'metadef-resource-types',
      text: `SELECT name, created_at AS "createdAt", updated_at AS "updatedAt"
        FROM metadef_resource_types WHERE $2::text IS NULL OR name > $2 ORDER BY name LIMIT $1`,
      values: [limit, marker],
    });
    return { items, isFull: items.length === limit };
  }

  override async listAssociations({ id }: Namespace): Promise<readonly Association[]> {
    return this.database.read<Association>({
      name: 'metadef-associations',
      text: `SELECT ${ASSOCIATION_COLUMNS} FROM metadef_associations
        WHERE namespace_id = $1 ORDER BY resource_type`,
      values: [id],
    });
  }

  override async findAssociation({ id }: Namespace, type: string): Promise<Association | null> {
    const [row] = await this.database.read<Association>({
      name: 'metadef-association',
      text: `SELECT ${ASSOCIATION_COLUMNS} FROM metadef_associations
        WHERE namespace_id = $1 AND resource_type = $2`,
      values: [id, type],
    });
    return row ?? null;
  }

  override async associate(
    namespace: Namespace,
    draft: DraftAssociation,
    now: Date,
  ): Promise<Association> {
    const namespaceId = namespace.id;
    await this.database
      .change(async (transaction) => {
        await createResourceTypes(transaction, { associations: [draft] }, now);
        await lockNamespace(transaction, namespace);
        assertRoom(await transaction.metadefAssociation.count({ where: { namespaceId } }), 1);
        await transaction.metadefAssociation.createMany({
          data: [{ namespaceId, ...associationData(draft, now) }],
        });
      })
      .catch((error: unknown) => {
        throw error instanceof UniqueViolation ? new AssociationExists(draft.name) : error;
      });
    return { ...draft, createdAt: now, updatedAt: now };
  }

  override async dissociate({ id }: Namespace, resourceTypeName: string): Promise<boolean> {
    const { count } = await this.database.change((prisma) =>
      prisma.metadefAssociation.deleteMany({
        where: { namespaceId: id, resourceTypeName, namespace: { isProtected: false } },
      }),
    );
    return count > 0;
  }
}
