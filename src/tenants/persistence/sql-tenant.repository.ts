import { Inject, Injectable } from '@nestjs/common';
import type { Page } from '../../kernel/page.js';
import type { TenantId } from '../../kernel/principal.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import {
  TenantRepository,
  type TenantPageRequest,
} from '../application/ports/tenant.repository.js';
import type { Tenant } from '../domain/tenant.js';

interface Row {
  readonly id: string;
  readonly suspended: boolean;
  readonly image_count: number;
  readonly image_bytes: bigint;
  readonly image_count_quota: bigint | null;
  readonly image_bytes_quota: bigint | null;
  readonly created_at: Date;
}

const COLUMNS =
  'id, suspended, image_count, image_bytes, image_count_quota, image_bytes_quota, created_at';

/** {@link TenantRepository} on PostgreSQL. */
@Injectable()
export class SqlTenantRepository extends TenantRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async find(tenantId: TenantId): Promise<Tenant | null> {
    const text = `SELECT ${COLUMNS} FROM tenants WHERE id = $1`;
    const statement = { name: 'find-tenant', text, values: [tenantId] };
    const [row] = await this.database.read<Row>(statement);
    return row === undefined ? null : toTenant(row);
  }

  override async list({ limit, after, isSuspended }: TenantPageRequest): Promise<Page<Tenant>> {
    if (limit === 0) return { items: [], isFull: false };
    const rows = await this.database.read<Row>({
      name: 'list-tenants',
      text: `SELECT ${COLUMNS} FROM tenants
        WHERE ($1::varchar IS NULL OR id COLLATE "C" > $1) AND ($2::boolean IS NULL OR suspended = $2)
        ORDER BY id COLLATE "C" LIMIT $3`,
      values: [after, isSuspended, limit],
    });
    return { items: rows.map(toTenant), isFull: rows.length === limit };
  }

  override async setSuspended(tenantId: TenantId, isSuspended: boolean): Promise<Tenant> {
    const [row] = await this.database.execute<Row>({
      name: 'set-tenant-suspended',
      text: `INSERT INTO tenants (id, suspended) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET suspended = EXCLUDED.suspended
        RETURNING ${COLUMNS}, ${recordOriginAt('$3')}`,
      values: [tenantId, isSuspended, originAsText()],
    });
    if (row === undefined) throw new Error('An upsert returned no row.');
    return toTenant(row);
  }

  override async suspendedIds(): Promise<readonly TenantId[]> {
    const rows = await this.database.read<Pick<Row, 'id'>>({
      name: 'suspended-tenants',
      text: 'SELECT id FROM tenants WHERE suspended',
      values: [],
    });
    return rows.map(({ id }) => id);
  }
}

const toTenant = (row: Row): Tenant => ({
  tenantId: row.id,
  isSuspended: row.suspended,
  imageCount: row.image_count,
  imageBytes: row.image_bytes,
  overrides: { imageCount: row.image_count_quota, imageBytes: row.image_bytes_quota },
  createdAt: row.created_at,
});
