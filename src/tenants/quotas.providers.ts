import type { Provider } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { TenantUsageRepository } from './application/ports/tenant-usage.repository.js';
import { DEFAULT_TENANT_QUOTA, TenantQuotas } from './application/tenant-quotas.js';
import type { TenantQuota } from './domain/tenant-quota.js';
import { PrismaTenantUsageRepository } from './persistence/prisma-tenant-usage.repository.js';

/** Quotas and usage of tenants, whichever identity they come from. */
export const quotaProviders: Provider[] = [
  TenantQuotas,
  { provide: TenantUsageRepository, useClass: PrismaTenantUsageRepository },
  {
    provide: DEFAULT_TENANT_QUOTA,
    inject: [CONFIG],
    useFactory: ({ images }: Config): TenantQuota => ({
      imageCount: BigInt(images.imageCountQuota),
      imageBytes: BigInt(images.imageBytesQuota),
    }),
  },
];
