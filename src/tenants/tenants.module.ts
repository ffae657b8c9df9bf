import { Global, Module } from '@nestjs/common';
import { TokenVerifier } from '../auth/token-verifier.js';
import { BootstrapIdentity } from './application/bootstrap-identity.js';
import { TenantQuotas } from './application/tenant-quotas.js';
import { TenantQuotasController } from './catalog-v1/tenant-quotas.controller.js';
import { identityControllers, identityProviders } from './identity.providers.js';
import { quotaProviders } from './quotas.providers.js';

/** Tenants, and the embedded identity that they and their users live in. */
@Global()
@Module({
  controllers: [...identityControllers, TenantQuotasController],
  providers: [...identityProviders, ...quotaProviders],
  exports: [TokenVerifier, BootstrapIdentity, TenantQuotas],
})
export class TenantsModule {}
