import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { TenantId } from '../../kernel/principal.js';
import type { Holding } from '../domain/tenant-removal.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { ProjectRepository } from './ports/project.repository.js';
import { TenantEstate, type RemovalStep, type TenantBelongings } from './tenant-estate.js';

/** The tenant's project in the embedded identity, with its role assignments and application credentials. */
@Injectable()
export class TenantProject implements TenantBelongings, OnModuleInit {
  readonly kind = 'projects';

  constructor(
    @Inject(ProjectRepository) private readonly projects: ProjectRepository,
    @Inject(TenantEstate) private readonly estate: TenantEstate,
  ) {}

  onModuleInit(): void {
    this.estate.register(this);
  }

  async count(tenantId: TenantId): Promise<Holding> {
    return { count: (await this.projects.find(tenantId)) === null ? 0 : 1, bytes: 0 };
  }

  async removeSome(tenantId: TenantId): Promise<RemovalStep> {
    try {
      await this.projects.remove(tenantId);
    } catch (error) {
      // There is none: another identity's tenant, or removed before an interruption.
      if (!(error instanceof EntityNotFound)) throw error;
    }
    return 'none';
  }
}
