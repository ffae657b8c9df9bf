export { BootstrapIdentity } from './application/bootstrap-identity.js';
export type { BootstrapOptions, BootstrapResult } from './application/bootstrap-identity.js';
export { TenantQuotas, type TenantQuotaReport } from './application/tenant-quotas.js';
export {
  TenantEstate,
  type RemovalStep,
  type TenantBelongings,
} from './application/tenant-estate.js';
export type { Holding } from './domain/tenant-removal.js';
export { RunTenantRemovals } from './application/run-tenant-removals.js';
