import { Inject, Injectable } from '@nestjs/common';
import { PROPERTY_PROTECTION, type PropertyProtection } from '../../images/index.js';
import { Forbidden } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import { auditScopeOf, withoutProperties, type AuditRecord } from '../domain/audit-record.js';
import { AuditRepository, type AuditFilter } from './ports/audit.repository.js';

export interface ListAuditRecordsCommand {
  readonly filter: AuditFilter;
  readonly limit: number;
  readonly marker: bigint | null;
}

/** Who changed what: for admins everything, for others what happened to the things of their tenant. */
@Injectable()
export class ListAuditRecords {
  constructor(
    @Inject(AuditRepository) private readonly records: AuditRepository,
    @Inject(PROPERTY_PROTECTION) private readonly protection: PropertyProtection,
  ) {}

  async execute(
    { filter, limit, marker }: ListAuditRecordsCommand,
    principal: Principal,
  ): Promise<Page<AuditRecord>> {
    const { tenantId } = principal;
    if (tenantId === null) throw new Forbidden();
    const scope = auditScopeOf({ ...principal, tenantId });
    const page = await this.records.list(scope, filter, { limit, before: marker });
    return { ...page, items: page.items.map((record) => this.seenBy(record, principal)) };
  }

  private seenBy(record: AuditRecord, principal: Principal): AuditRecord {
    const { protection } = this;
    if (!protection.isActive) return record;
    return withoutProperties(record, (name) => protection.permits('read', name, principal));
  }
}
