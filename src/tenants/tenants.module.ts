import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DeniedTokens } from '../auth/denied-tokens.js';
import { TenantGate } from '../auth/tenant-gate.js';
import { TenantRegister } from '../auth/tenant-register.js';
import { EMBEDDED_IDENTITY } from '../auth/token-verifier.js';
import type { Config } from '../platform/config/config.js';
import { BootstrapIdentity } from './application/bootstrap-identity.js';
import { TenantEstate } from './application/tenant-estate.js';
import { TenantQuotas } from './application/tenant-quotas.js';
import { TenantQuotasController } from './catalog-v1/tenant-quotas.controller.js';
import { identityControllers, identityProviders } from './identity.providers.js';
import { SqlTenantRegister } from './persistence/sql-tenant-register.js';
import { quotaProviders } from './quotas.providers.js';
import { tenantControllers, tenantProviders } from './tenant-administration.providers.js';

/** Tenants, and the embedded identity that they and their users live in, if it is active. */
@Global()
@Module({})
export class TenantsModule {
  static with({ auth }: Config): DynamicModule {
    return {
      module: TenantsModule,
      imports: [AuthModule],
      controllers: [
        ...(auth.embedded ? identityControllers : []),
        TenantQuotasController,
        ...tenantControllers,
      ],
      providers: [
        ...identityProviders,
        ...quotaProviders,
        ...tenantProviders,
        { provide: TenantRegister, useClass: SqlTenantRegister },
      ],
      exports: [
        EMBEDDED_IDENTITY,
        TenantGate,
        DeniedTokens,
        BootstrapIdentity,
        TenantQuotas,
        TenantEstate,
        TenantRegister,
      ],
    };
  }
}
