import { z } from 'zod';
import { duration } from './duration.js';
import { resolveSecret, secretReference, type Secret } from './secret.js';

const webhook = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a short name in lower case'),
  /** Trusted as it is: the operator names it. Redirects are not followed. */
  url: z.url({ protocol: /^https?$/ }),
  secret: secretReference,
  /** Actions, or beginnings of actions up to a dot, such as `image.` or `image.member.create`. */
  actions: z.array(z.string().min(1).max(64)).min(1).optional(),
  maxAttempts: z.int().min(1).max(1000).default(20),
  timeoutSeconds: z.number().min(0.1).max(20).default(10),
  /** Before the second attempt; each further one waits twice as long, at most an hour. */
  retrySeconds: z.number().min(0.01).max(3600).default(5),
});

/** `CATALOG_WEBHOOKS`: a JSON array of webhooks. */
const webhooksSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(webhook).max(20))
  .refine((webhooks) => new Set(webhooks.map(({ id }) => id)).size === webhooks.length, {
    error: 'webhook ids must differ',
  });

/** The keys about the audit and its events, for the schema of the environment. */
export const auditShape = {
  CATALOG_AUDIT_RETENTION: z.string().default('365d').pipe(duration),
  CATALOG_WEBHOOKS: webhooksSchema.optional(),
};

type AuditEnvironment = z.infer<z.ZodObject<typeof auditShape>>;

/** Where events go, its secret fetched. */
export type WebhookSettings = Omit<z.infer<typeof webhook>, 'secret'> & { readonly secret: Secret };

/** @throws StartupError when a secret is not where the setting says */
export const auditSettings = (env: AuditEnvironment, environment: NodeJS.ProcessEnv) => ({
  /** How long records are kept; 0 is for ever. */
  retentionSeconds: env.CATALOG_AUDIT_RETENTION,
  webhooks: (env.CATALOG_WEBHOOKS ?? []).map((settings): WebhookSettings => {
    const secret = resolveSecret(settings.secret, environment);
    return { ...settings, secret };
  }),
});
