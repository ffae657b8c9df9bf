import { Conflict, NotFound, quote } from '../../kernel/errors.js';
import type { ChangeOrigin } from '../../kernel/change-origin.js';
import type { TenantId } from '../../kernel/principal.js';

/** How much of one kind a tenant has. */
export interface Holding {
  readonly count: number;
  /** Bytes of image data; 0 for what has none. */
  readonly bytes: number;
}

/** By kind, such as `images`. */
export type Holdings = Readonly<Record<string, Holding>>;

export interface TenantRemoval {
  readonly tenantId: TenantId;
  readonly isDone: boolean;
  /** What there was when it began. */
  readonly holdings: Holdings;
  readonly origin: ChangeOrigin;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export class RemovalNotFound extends NotFound {
  constructor(tenantId: TenantId) {
    super(`Tenant ${quote(tenantId)} is not being removed and never was.`);
  }
}

export class RemovalUnderWay extends Conflict {
  constructor() {
    super('The tenant is being removed.');
  }
}
