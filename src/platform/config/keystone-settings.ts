import { z } from 'zod';
import { baseUrl } from './json-setting.js';
import { resolveSecret, secretReference, type Secret } from './secret.js';

const name = z.string().min(1).max(255);

/**
 * What roles of another service mean here: its role names, in any case, to ours. Several grants add up; names that
 * are missing count for nothing.
 */
export const roleTable = z.record(name, z.array(name));

/**
 * Rackspace's roles (identity A10). Its administrators administer their own account, so nothing leads to `admin`;
 * `identity:default` says that the other roles decide.
 */
const RACKSPACE_ROLES: z.infer<typeof roleTable> = {
  'cloudImages:observer': ['reader'],
  'cloudImages:creator': ['image-creator'],
  'cloudImages:admin': ['member'],
  observer: ['reader'],
  admin: ['member'],
  'identity:user-admin': ['member'],
};

/** How the service logs in at a Keystone v3. */
const accountShape = {
  /** With or without `/v3`. */
  authUrl: baseUrl,
  username: name.optional(),
  password: secretReference.optional(),
  userDomain: name.default('Default'),
  projectName: name.optional(),
  projectDomain: name.default('Default'),
  /** The account's token is for the system as a whole instead of a project. */
  systemScope: z.boolean().default(false),
  applicationCredentialId: name.optional(),
  applicationCredentialSecret: secretReference.optional(),
  /** Which endpoint of the identity service. */
  interface: z.enum(['public', 'internal', 'admin']).default('internal'),
  region: name.optional(),
};

type Account = z.infer<z.ZodObject<typeof accountShape>>;

const isComplete = (account: Account): boolean =>
  (account.applicationCredentialId !== undefined &&
    account.applicationCredentialSecret !== undefined) ||
  (account.username !== undefined &&
    account.password !== undefined &&
    (account.projectName !== undefined || account.systemScope));
const INCOMPLETE = {
  error:
    'needs an application credential, or username, password and either projectName or systemScope',
};

export const accountSchema = z.strictObject(accountShape).refine(isComplete, INCOMPLETE);

type Secrets = 'password' | 'applicationCredentialSecret';
export type AccountSettings = Omit<Account, Secrets> & Record<Secrets, Secret | null>;

/** @throws StartupError when a secret is not where the setting says */
export function accountSettings<T extends Account>(parsed: T, environment: NodeJS.ProcessEnv) {
  const { password, applicationCredentialSecret, ...account } = parsed;
  const secretOf = (reference: Account['password']): Secret | null =>
    reference === undefined ? null : resolveSecret(reference, environment);
  return {
    ...account,
    password: secretOf(password),
    applicationCredentialSecret: secretOf(applicationCredentialSecret),
  };
}

/** `CATALOG_KEYSTONE`: a Keystone v3 that issues the tokens (identity A3). */
export const keystoneSchema = z
  .strictObject({
    ...accountShape,
    /** For users, in the challenge of a 401; `authUrl` unless given. */
    wwwAuthenticateUri: baseUrl.optional(),
    connectTimeoutSeconds: z.number().positive().max(60).default(5),
    /** For a whole answer. */
    timeoutSeconds: z.number().positive().max(120).default(10),
    /** How often a connection that failed is tried anew. */
    maxRetries: z.int().min(0).max(10).default(3),
    /** How long a valid token is believed without asking again; -1 asks every time. */
    tokenCacheSeconds: z.int().min(-1).max(3600).default(300),
    serviceTokenRoles: z.array(name).min(1).default(['service']),
    /** Only admins of the admin project are admins. */
    requireAdminProject: z.boolean().default(false),
    /** `keystone`: role names are ours already. */
    roles: z.union([z.enum(['keystone', 'rackspace']), roleTable]).default('keystone'),
  })
  .refine(isComplete, INCOMPLETE);

export type KeystoneSettings = ReturnType<typeof keystoneSettings>;

/** @throws StartupError when a secret is not where the setting says */
export function keystoneSettings(
  { roles, ...parsed }: z.infer<typeof keystoneSchema>,
  environment: NodeJS.ProcessEnv,
) {
  return {
    ...accountSettings(parsed, environment),
    wwwAuthenticateUri: parsed.wwwAuthenticateUri ?? parsed.authUrl,
    /** Null: role names are ours already, with implied ones included. */
    roleTable: roles === 'keystone' ? null : roles === 'rackspace' ? RACKSPACE_ROLES : roles,
  };
}
