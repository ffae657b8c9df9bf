import { Inject, Injectable } from '@nestjs/common';
import type { ChangeOrigin } from '../../kernel/change-origin.js';
import type { TenantId } from '../../kernel/principal.js';
import { originAsText, recordOriginAt, withOrigin } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';
import { TenantRemovalRepository } from '../application/ports/tenant-removal.repository.js';
import { RemovalUnderWay, type Holdings, type TenantRemoval } from '../domain/tenant-removal.js';

interface Row {
  readonly tenant_id: string;
  readonly state: string;
  readonly holdings: Holdings;
  readonly origin: ChangeOrigin;
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

const COLUMNS = 'tenant_id, state, holdings, origin, started_at, finished_at';

/** {@link TenantRemovalRepository} on PostgreSQL; leases go by the database's clock. */
@Injectable()
export class SqlTenantRemovalRepository extends TenantRemovalRepository {
  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async find(tenantId: TenantId): Promise<TenantRemoval | null> {
    const text = `SELECT ${COLUMNS} FROM tenant_removals WHERE tenant_id = $1`;
    const statement = { name: 'find-tenant-removal', text, values: [tenantId] };
    const [row] = await this.database.read<Row>(statement);
    return row === undefined ? null : toRemoval(row);
  }

  override async begin(
    tenantId: TenantId,
    holdings: Holdings,
    origin: ChangeOrigin,
  ): Promise<TenantRemoval> {
    const [row] = await this.database.execute<Row>({
      name: 'begin-tenant-removal',
      text: `WITH begun AS (
          INSERT INTO tenant_removals (tenant_id, holdings, origin) VALUES ($1, $2, $3)
          ON CONFLICT (tenant_id) DO UPDATE SET state = 'running', holdings = EXCLUDED.holdings,
            origin = EXCLUDED.origin, started_at = now(), finished_at = NULL, leased_until = now()
          WHERE tenant_removals.state = 'done' RETURNING ${COLUMNS}),
        suspension AS (
          INSERT INTO tenants (id, suspended) SELECT tenant_id, true FROM begun
          ON CONFLICT (id) DO UPDATE SET suspended = true)
        SELECT begun.*, ${recordOriginAt('$4')} FROM begun`,
      values: [tenantId, JSON.stringify(holdings), JSON.stringify(origin), originAsText()],
    });
    if (row === undefined) throw new RemovalUnderWay();
    return toRemoval(row);
  }

  override async claim(leaseSeconds: number): Promise<TenantRemoval | null> {
    const [row] = await this.database.execute<Row>({
      name: 'claim-tenant-removal',
      text: `UPDATE tenant_removals SET leased_until = now() + make_interval(secs => $1)
        WHERE tenant_id = (SELECT tenant_id FROM tenant_removals
          WHERE state = 'running' AND leased_until <= now()
          ORDER BY leased_until LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING ${COLUMNS}`,
      values: [leaseSeconds],
    });
    return row === undefined ? null : toRemoval(row);
  }

  override async renew(tenantId: TenantId, leaseSeconds: number): Promise<void> {
    await this.database.execute({
      name: 'renew-tenant-removal',
      text: `UPDATE tenant_removals SET leased_until = now() + make_interval(secs => $2)
        WHERE tenant_id = $1 AND state = 'running'`,
      values: [tenantId, leaseSeconds],
    });
  }

  override async finish(tenantId: TenantId): Promise<boolean> {
    const rows = await this.database.execute({
      name: 'finish-tenant-removal',
      text: `WITH done AS (
          UPDATE tenant_removals SET state = 'done', finished_at = now()
          WHERE tenant_id = $1 AND state = 'running'
            AND NOT EXISTS (SELECT FROM images WHERE owner = $1 AND deleted_at IS NULL)
            AND NOT EXISTS (SELECT FROM images WHERE owner = $1 AND deleted_at IS NOT NULL AND status <> 'purged')
          RETURNING tenant_id),
        gone AS (DELETE FROM tenants t USING done WHERE t.id = done.tenant_id)
        SELECT tenant_id, ${recordOriginAt('$2')} FROM done`,
      values: [tenantId, originAsText()],
    });
    return rows.length === 1;
  }

  override onBehalfOf<T>({ origin }: TenantRemoval, work: () => Promise<T>): Promise<T> {
    return withOrigin(() => origin, work);
  }
}

const toRemoval = (row: Row): TenantRemoval => ({
  tenantId: row.tenant_id,
  isDone: row.state === 'done',
  holdings: row.holdings,
  origin: row.origin,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});
