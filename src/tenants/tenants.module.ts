import { Module } from '@nestjs/common';
import { TenantQuotas } from './application/tenant-quotas.js';
import { TenantQuotasController } from './catalog-v1/tenant-quotas.controller.js';
import { quotaProviders } from './quotas.providers.js';

@Module({
  controllers: [TenantQuotasController],
  providers: quotaProviders,
  exports: [TenantQuotas],
})
export class TenantsModule {}
