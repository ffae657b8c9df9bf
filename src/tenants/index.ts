export { TenantQuotas, type TenantQuotaReport } from './application/tenant-quotas.js';
