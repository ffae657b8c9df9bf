export { BootstrapIdentity } from './application/bootstrap-identity.js';
export type { BootstrapOptions, BootstrapResult } from './application/bootstrap-identity.js';
export { TenantQuotas, type TenantQuotaReport } from './application/tenant-quotas.js';
