import type { Provider } from '@nestjs/common';
import { DeniedTokens } from '../auth/denied-tokens.js';
import { TenantGate } from '../auth/tenant-gate.js';
import { DenyTokens } from './application/deny-tokens.js';
import { ManageTenants } from './application/manage-tenants.js';
import { TenantRemovalRepository } from './application/ports/tenant-removal.repository.js';
import { TenantRepository } from './application/ports/tenant.repository.js';
import { TokenDenialRepository } from './application/ports/token-denial.repository.js';
import { RemoveTenant } from './application/remove-tenant.js';
import { RunTenantRemovals } from './application/run-tenant-removals.js';
import { TenantEstate } from './application/tenant-estate.js';
import { TenantProject } from './application/tenant-project.js';
import { DeniedTokensController } from './catalog-v1/denied-tokens.controller.js';
import { TenantRemovalController } from './catalog-v1/tenant-removal.controller.js';
import { TenantsController } from './catalog-v1/tenants.controller.js';
import { SqlTenantRemovalRepository } from './persistence/sql-tenant-removal.repository.js';
import { SqlTenantRepository } from './persistence/sql-tenant.repository.js';
import { SqlTokenDenialRepository } from './persistence/sql-token-denial.repository.js';
import { CachedDeniedTokens } from './standing/cached-denied-tokens.js';
import { CachedTenantGate } from './standing/cached-tenant-gate.js';

export const tenantControllers = [
  TenantsController,
  TenantRemovalController,
  DeniedTokensController,
] as const;

/** The administration of tenants: lists, suspension and removal; and of tokens that others have issued. */
export const tenantProviders: Provider[] = [
  ManageTenants,
  RemoveTenant,
  RunTenantRemovals,
  TenantEstate,
  TenantProject,
  { provide: TenantRepository, useClass: SqlTenantRepository },
  { provide: TenantRemovalRepository, useClass: SqlTenantRemovalRepository },
  { provide: TenantGate, useClass: CachedTenantGate },
  DenyTokens,
  { provide: TokenDenialRepository, useClass: SqlTokenDenialRepository },
  { provide: DeniedTokens, useClass: CachedDeniedTokens },
];
