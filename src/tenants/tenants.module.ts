import { Global, Module } from '@nestjs/common';
import { TenantGate } from '../auth/tenant-gate.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { BootstrapIdentity } from './application/bootstrap-identity.js';
import { TenantEstate } from './application/tenant-estate.js';
import { TenantQuotas } from './application/tenant-quotas.js';
import { TenantQuotasController } from './catalog-v1/tenant-quotas.controller.js';
import { identityControllers, identityProviders } from './identity.providers.js';
import { quotaProviders } from './quotas.providers.js';
import { tenantControllers, tenantProviders } from './tenant-administration.providers.js';

/** Tenants, and the embedded identity that they and their users live in. */
@Global()
@Module({
  controllers: [...identityControllers, TenantQuotasController, ...tenantControllers],
  providers: [...identityProviders, ...quotaProviders, ...tenantProviders],
  exports: [TokenVerifier, TenantGate, BootstrapIdentity, TenantQuotas, TenantEstate],
})
export class TenantsModule {}
