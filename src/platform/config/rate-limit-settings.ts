import { z } from 'zod';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** So many requests in so many seconds. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** `600/1m`: six hundred requests in any minute, on average; `off`: any number. */
const rate = z
  .string()
  .default('off')
  .pipe(z.string().regex(/^(off|[1-9]\d{0,8}\/[1-9]\d{0,3}[smh])$/, 'must be off, or like 600/1m'))
  .transform((text): RateLimit | null => {
    if (text === 'off') return null;
    const [requests, period = ''] = text.split('/');
    const unit = UNIT_SECONDS[period.slice(-1)] ?? 1;
    return { requests: Number(requests), seconds: Number(period.slice(0, -1)) * unit };
  });

export const rateLimitShape = {
  CATALOG_RATE_LIMIT_TENANT: rate,
  CATALOG_RATE_LIMIT_ADDRESS: rate,
};

type RateLimitEnvironment = z.infer<z.ZodObject<typeof rateLimitShape>>;

/** Of one process each; null is unlimited. Clients on loopback are never limited. */
export const rateLimitSettings = (env: RateLimitEnvironment) => ({
  rateLimits: {
    perTenant: env.CATALOG_RATE_LIMIT_TENANT,
    perAddress: env.CATALOG_RATE_LIMIT_ADDRESS,
  },
});
