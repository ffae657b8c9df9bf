import { z } from 'zod';
import { isLoopbackHost } from './loopback.js';
import { roleTable } from './keystone-settings.js';
import { resolveSecret, secretReference } from './secret.js';

const text = z.string().min(1).max(1024);
/** One path into the claims or several, of which the first that leads somewhere counts. */
const paths = z.union([text.transform((path) => [path]), z.array(text)]);

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** Keys and endpoints come over TLS; on the own machine they need not. */
const trustedUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => isTls(url) || isLoopback(url), { error: 'must be https' });

const mapping = z
  .strictObject({
    userId: paths.default(['sub']),
    userName: paths.default(['preferred_username', 'email', 'username', 'client_id', 'sub']),
    /** The tenant, or several to choose from with `X-Scope-Project`. */
    projectId: paths.default([]),
    projectName: paths.default([]),
    /** The tenant of a token that names several, for requests that choose none. */
    defaultProject: text.optional(),
    /** All of these are read, not just the first. */
    roles: paths.default([]),
    roleTable: roleTable.default({ reader: ['reader'], member: ['member'], manager: ['manager'] }),
    /** Values found under `roles` that make an administrator of the whole service. */
    adminValues: z.array(text).default([]),
    scopes: paths.default(['scope', 'scp']),
    /** What OAuth scopes allow at most. */
    scopeTable: roleTable.optional(),
    groups: paths.default(['groups']),
    /** Reads a tenant, and perhaps a role in it, out of a group's name. */
    groupPattern: z
      .string()
      .max(1024)
      .refine(isPatternForProjects, { error: 'must be a pattern with (?<project>…)' })
      .optional(),
  })
  .prefault({});

/** RFC 7662, for tokens that only their issuer can read. */
const introspection = z.strictObject({
  /** Unless given, the issuer's own metadata tell. */
  url: trustedUrl.optional(),
  /** The account of this service at the issuer, sent as HTTP Basic authentication. */
  clientId: text,
  clientSecret: secretReference,
  /** How long an answer is believed, unless the token ends before; -1 asks every time. */
  cacheSeconds: z.int().min(-1).max(3600).default(300),
});

const issuer = z
  .strictObject({
    /** As the claim `iss` has it, to the letter. */
    issuer: trustedUrl,
    /** Short name, before the ids of its users; the host unless given. */
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .optional(),
    /** Unless given, the issuer's own metadata tell. */
    jwksUri: trustedUrl.optional(),
    audiences: z.array(text).default([]),
    /** For issuers whose access tokens have no audience: who may have asked for them. */
    clientIds: z.array(text).default([]),
    algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
    clockSkewSeconds: z.int().min(0).max(600).default(60),
    maxAgeSeconds: z.int().min(1).optional(),
    /** Accepted values of the header `typ`; a token without one is accepted always. */
    tokenTypes: z.array(text).min(1).default(['at+jwt', 'JWT']),
    allowIdTokens: z.boolean().default(false),
    connectTimeoutSeconds: z.number().positive().max(60).default(5),
    /** For a whole answer. */
    timeoutSeconds: z.number().positive().max(120).default(10),
    /** Off unless given. */
    introspection: introspection.optional(),
    mapping,
  })
  .refine(({ audiences, clientIds }) => audiences.length + clientIds.length > 0, {
    error: 'needs audiences, or clientIds for tokens without one',
  })
  .transform((parsed) => ({ ...parsed, name: parsed.name ?? new URL(parsed.issuer).hostname }));

/** `CATALOG_OIDC_ISSUERS`: who signs bearer tokens (identity C2), and how to read them (C4). */
export const oidcIssuersSchema = z
  .array(issuer)
  .min(1)
  .refine((all) => new Set(all.map((each) => each.issuer)).size === all.length, {
    error: 'issuers must differ',
  })
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
    error: 'names of issuers must differ',
  })
  .refine((all) => all.filter((each) => each.introspection !== undefined).length <= 1, {
    error: 'only one issuer can have introspection, since a token that cannot be read names none',
  });

export type OidcIssuerSettings = ReturnType<typeof oidcIssuerSettings>;

/** @throws StartupError when a secret is not where the setting says */
export function oidcIssuerSettings(
  { introspection: asked, ...parsed }: z.infer<typeof issuer>,
  environment: NodeJS.ProcessEnv,
) {
  return {
    ...parsed,
    /** Null: tokens of this issuer are signed. */
    introspection:
      asked === undefined
        ? null
        : { ...asked, clientSecret: resolveSecret(asked.clientSecret, environment) },
  };
}

const isTls = (url: string): boolean => url.startsWith('https:');

const isLoopback = (url: string): boolean => isLoopbackHost(new URL(url).hostname);

function isPatternForProjects(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp && pattern.includes('(?<project>');
  } catch {
    return false;
  }
}
