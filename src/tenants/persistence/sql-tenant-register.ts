import { Inject, Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { TenantRegister } from '../../auth/tenant-register.js';
import type { TenantId } from '../../kernel/principal.js';
import { originAsText, recordOriginAt } from '../../platform/database/change-origin.js';
import { Database } from '../../platform/database/database.js';

const MAX_REMEMBERED = 100_000;
/** A tenant that is removed and comes back appears again after this long at most. */
const REMEMBERED_MS = 60_000;

/** {@link TenantRegister} as rows of `tenants`, made sure of once a minute by each process that needs them. */
@Injectable()
export class SqlTenantRegister extends TenantRegister {
  private readonly logger = new Logger('Tenants');
  // Bounded by size, since a bound by number takes the memory of all of them at once.
  private readonly entered = new LRUCache<TenantId, true>({
    maxSize: MAX_REMEMBERED,
    sizeCalculation: () => 1,
    ttl: REMEMBERED_MS,
  });

  constructor(@Inject(Database) private readonly database: Database) {
    super();
  }

  override async enter(id: TenantId): Promise<void> {
    if (this.entered.has(id)) return;
    try {
      await this.database.execute({
        name: 'enter_tenant',
        text: `INSERT INTO tenants (id) VALUES ($1) ON CONFLICT (id) DO NOTHING RETURNING ${recordOriginAt('$2')}`,
        values: [id, originAsText()],
      });
      this.entered.set(id, true);
    } catch (error) {
      // The next request tries again; until then nothing but the list of tenants is wanting.
      this.logger.warn({ msg: 'A tenant could not be written down.', err: error });
    }
  }
}
