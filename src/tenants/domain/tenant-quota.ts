import type { TenantId } from '../../kernel/principal.js';

/** How much a tenant may own. Negative is unlimited. */
export interface TenantQuota {
  readonly imageCount: bigint;
  /** Bytes of image data. */
  readonly imageBytes: bigint;
}

/** Null leaves the default of the deployment in force. */
export interface TenantQuotaOverrides {
  readonly imageCount: bigint | null;
  readonly imageBytes: bigint | null;
}

export interface TenantUsage {
  readonly tenantId: TenantId;
  readonly imageCount: number;
  readonly imageBytes: bigint;
  readonly overrides: TenantQuotaOverrides;
}

/** The quota in force. */
export function effectiveQuota(
  overrides: TenantQuotaOverrides,
  defaults: TenantQuota,
): TenantQuota {
  return {
    imageCount: overrides.imageCount ?? defaults.imageCount,
    imageBytes: overrides.imageBytes ?? defaults.imageBytes,
  };
}
