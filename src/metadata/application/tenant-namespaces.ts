import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import {
  TenantEstate,
  type Holding,
  type RemovalStep,
  type TenantBelongings,
} from '../../tenants/index.js';
import { TenantNamespacesRepository } from './ports/tenant-namespaces.repository.js';

/** The metadata definitions that a tenant owns. */
@Injectable()
export class TenantNamespaces implements TenantBelongings, OnModuleInit {
  readonly kind = 'metadef_namespaces';

  constructor(
    @Inject(TenantEstate) private readonly estate: TenantEstate,
    @Inject(TenantNamespacesRepository) private readonly namespaces: TenantNamespacesRepository,
  ) {}

  onModuleInit(): void {
    this.estate.register(this);
  }

  async count(tenantId: TenantId): Promise<Holding> {
    return { count: await this.namespaces.count(tenantId), bytes: 0 };
  }

  async removeSome(tenantId: TenantId): Promise<RemovalStep> {
    await this.namespaces.removeAll(tenantId);
    return 'none';
  }
}
