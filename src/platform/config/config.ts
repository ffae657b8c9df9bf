import { z } from 'zod';
import { StartupError } from '../lifecycle/startup-error.js';
import { readFileSync } from 'node:fs';
import { auditSettings } from './audit-settings.js';
import { authSettings } from './auth-settings.js';
import { environmentKeys, environmentSchema, type Environment } from './environment.js';
import { observabilitySettings } from './observability-settings.js';
import { imageCacheSettings } from './image-cache-settings.js';
import { outboundSettings } from './outbound-settings.js';
import { rateLimitSettings } from './rate-limit-settings.js';
import { remotesSettings } from './remotes-settings.js';
import { storesSettings } from './store-settings.js';
import { tlsSettings } from './tls-settings.js';
import { tracingSettings } from './tracing-settings.js';

/** Injection token of the one {@link Config}. */
export const CONFIG = Symbol('CONFIG');

/** A setting is wrong; the message names the key and is fit to be shown to the operator as it is. */
export class ConfigError extends StartupError {}

/**
 * Reads the environment once and returns everything the service can be told, frozen and typed.
 * @throws ConfigError naming every bad value and every unknown `CATALOG_*` key
 */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env) {
  refuseUnknownKeys(environment);
  const parsed = environmentSchema.safeParse(withoutEmptyValues(environment));
  if (!parsed.success) throw new ConfigError(describe(parsed.error));
  return deepFreeze({ ...nest(parsed.data), ...settingsApart(parsed.data, environment) });
}

export type Config = ReturnType<typeof loadConfig>;

/** Parts that are described in files of their own. */
function settingsApart(env: Environment, environment: NodeJS.ProcessEnv) {
  return {
    storage: storesSettings(env.CATALOG_STORES, env.CATALOG_DATA_DIR, environment),
    imageCache: imageCacheSettings(env),
    outbound: outboundSettings(env),
    remotes: remotesSettings(env, environment),
    audit: auditSettings(env, environment),
    auth: authSettings(env, environment),
    ...observabilitySettings(env),
    ...tracingSettings(env),
    ...rateLimitSettings(env),
  };
}

function nest(env: Environment) {
  return {
    dataDir: env.CATALOG_DATA_DIR,
    http: httpSection(env),
    links: linksSection(env),
    database: databaseSection(env),
    identity: identitySection(env),
    images: imagesSection(env),
    imageData: imageDataSection(env),
    imports: importsSection(env),
    profiles: profilesSection(env),
    compute: computeSection(env),
    log: { level: env.CATALOG_LOG_LEVEL, format: env.CATALOG_LOG_FORMAT },
  };
}

const httpSection = (env: Environment) => ({
  host: env.HOST,
  port: env.PORT,
  /** Null: plain HTTP. */
  tls: tlsSettings(env),
  trustedProxies: env.CATALOG_TRUSTED_PROXIES,
  jsonBodyLimitBytes: env.CATALOG_JSON_BODY_LIMIT,
  drainSeconds: env.CATALOG_DRAIN_SECONDS,
  /** Between "not ready" and the end of accepting. */
  drainDelaySeconds: env.CATALOG_DRAIN_DELAY_SECONDS,
  /** A JSON body must be there after so long. */
  jsonBodyTimeoutSeconds: env.CATALOG_JSON_BODY_TIMEOUT,
  /** A client that sends nothing of its upload for so long is taken for gone. */
  uploadSilenceSeconds: env.CATALOG_UPLOAD_SILENCE,
  /** Processes that share the port. */
  workers: env.CATALOG_WORKERS,
  /** Requests of the last second that may be unanswered, in each process. */
  queueSize: env.CATALOG_HTTP_QUEUE,
  corsOrigins: env.CATALOG_CORS_ORIGINS,
  docs: env.CATALOG_DOCS === 'on',
});

const linksSection = (env: Environment) => ({
  /** Origin for links; null derives it from each request. */
  publicUrl: env.CATALOG_PUBLIC_URL ?? null,
  publicImageUrl: env.CATALOG_PUBLIC_IMAGE_URL ?? null,
  publicComputeUrl: env.CATALOG_PUBLIC_COMPUTE_URL ?? null,
});

const databaseSection = (env: Environment) => ({
  /** Null: run the embedded server under the data directory. */
  url: env.DATABASE_URL === undefined ? null : withPassword(env, env.DATABASE_URL),
  /** Streaming replicas of it that lists and shows may be read from. */
  replicaUrls: replicaUrls(env),
  poolSize: env.CATALOG_DATABASE_POOL_SIZE,
  /** Requests that may wait for a connection; further ones are refused. */
  queueSize: env.CATALOG_DATABASE_QUEUE,
  connectTimeoutMs: env.CATALOG_DATABASE_CONNECT_TIMEOUT_MS,
  statementTimeoutMs: env.CATALOG_DATABASE_STATEMENT_TIMEOUT_MS,
  startupTimeoutSeconds: env.CATALOG_DATABASE_STARTUP_TIMEOUT_SECONDS,
  migrate: env.CATALOG_MIGRATE === 'on',
});

const identitySection = (env: Environment) => ({
  adminPassword: env.CATALOG_ADMIN_PASSWORD ?? null,
  region: env.CATALOG_REGION,
  tokenTtlSeconds: env.CATALOG_TOKEN_TTL_SECONDS,
  /** Mixed into the signing keys of the database; null: they are used as they are. */
  tokenSecret: env.CATALOG_TOKEN_SECRET ?? null,
  /** A signing key is replaced at this age. */
  signingKeyHours: env.CATALOG_SIGNING_KEY_HOURS,
  /** A user or project name without a domain means the default domain, else 400. */
  defaultDomainFallback: env.CATALOG_DEFAULT_DOMAIN_FALLBACK === 'on',
  /** Failed log-ins before further ones are refused; fifty times as many from loopback. */
  loginFailuresPerUser: env.CATALOG_LOGIN_FAILURES_PER_USER,
  loginFailuresPerAddress: env.CATALOG_LOGIN_FAILURES_PER_ADDRESS,
  loginWindowSeconds: env.CATALOG_LOGIN_WINDOW_SECONDS,
});

const imagesSection = (env: Environment) => ({
  imageCountQuota: env.CATALOG_TENANT_IMAGE_COUNT_QUOTA,
  imageBytesQuota: env.CATALOG_TENANT_IMAGE_BYTES_QUOTA,
  propertyProtectionsFile: env.CATALOG_PROPERTY_PROTECTIONS_FILE ?? null,
  schemaFile: env.CATALOG_IMAGE_SCHEMA_FILE ?? null,
  deletedRetentionSeconds: env.CATALOG_DELETED_RETENTION,
  pageSizeDefault: env.CATALOG_PAGE_SIZE_DEFAULT,
  pageSizeMax: env.CATALOG_PAGE_SIZE_MAX,
  /** Memory for images that lists have read; 0: none. */
  recordCacheBytes: env.CATALOG_RECORD_CACHE_BYTES,
  propertyQuota: env.CATALOG_IMAGE_PROPERTY_QUOTA,
  tagQuota: env.CATALOG_IMAGE_TAG_QUOTA,
  memberQuota: env.CATALOG_IMAGE_MEMBER_QUOTA,
});

const imageDataSection = (env: Environment) => ({
  sizeCapBytes: env.CATALOG_IMAGE_SIZE_CAP,
  hashAlgorithm: env.CATALOG_HASH_ALGORITHM,
  requireFormatMatch: env.CATALOG_REQUIRE_FORMAT_MATCH === 'on',
  locationQuota: env.CATALOG_IMAGE_LOCATION_QUOTA,
  redirectDownloads: env.CATALOG_DOWNLOAD_REDIRECTS === 'on',
  showDirectUrl: env.CATALOG_SHOW_DIRECT_URL === 'on',
  showLocations: env.CATALOG_SHOW_MULTIPLE_LOCATIONS === 'on',
  /** Certificates that image signatures are verified with; null: there are none. */
  certificatesDirectory: env.CATALOG_SIGNATURE_CERTIFICATES_DIR ?? null,
  hashLocations: env.CATALOG_LOCATION_HASHING === 'on',
  refuseRichRaw: env.CATALOG_REFUSE_RICH_RAW === 'on',
  /** Uploads of one tenant that may run at once; negative is unlimited. */
  uploadQuota: env.CATALOG_TENANT_UPLOAD_QUOTA,
  /** How old data without a record must be before it is removed. */
  orphanGraceSeconds: env.CATALOG_ORPHAN_GRACE,
  /** How often stores and records are compared. */
  auditIntervalSeconds: env.CATALOG_DATA_AUDIT_INTERVAL,
  /** Of one tenant, between stage and import; negative is unlimited. */
  stagingQuotaBytes: env.CATALOG_TENANT_STAGED_BYTES_QUOTA,
});

const importsSection = (env: Environment) => ({
  methods: env.CATALOG_IMPORT_METHODS,
  /** Tasks that this process works on at once; 0 leaves them to other replicas. */
  concurrency: env.CATALOG_IMPORT_CONCURRENCY,
  /** One attempt may take so long. */
  timeLimitSeconds: env.CATALOG_IMPORT_TIME_LIMIT,
  decompress: env.CATALOG_IMPORT_DECOMPRESSION === 'on',
  /** How long staged bytes wait for their import. */
  stagedRetentionSeconds: env.CATALOG_STAGED_RETENTION,
});

const profilesSection = (env: Environment) => ({
  root: env.CATALOG_PROFILE_ROOT,
  mounted: env.CATALOG_PROFILE_MOUNTED,
});

const computeSection = (env: Environment) => ({
  /** The highest microversion that is announced and accepted. */
  maxMicroversion: env.CATALOG_COMPUTE_MAX_MICROVERSION,
  /** Answer reads of images with 203, as the front of a transformed or stale replica. */
  isNonAuthoritative: env.CATALOG_COMPUTE_NON_AUTHORITATIVE === 'on',
});

/** The connection string, with the password of a file put in where one is named. */
function withPassword(env: Environment, connectionString: string): string {
  const file = env.CATALOG_DATABASE_PASSWORD_FILE;
  if (file === undefined) return connectionString;
  const url = new URL(connectionString);
  try {
    url.password = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`CATALOG_DATABASE_PASSWORD_FILE: cannot read ${file}.`, { cause: error });
  }
  return url.href;
}

function replicaUrls(env: Environment): readonly string[] {
  const urls = env.CATALOG_DATABASE_REPLICA_URLS ?? [];
  if (urls.length > 0 && env.DATABASE_URL === undefined) {
    throw new ConfigError('CATALOG_DATABASE_REPLICA_URLS: replicas of what? Set DATABASE_URL too.');
  }
  return urls.map((url) => withPassword(env, url));
}

function refuseUnknownKeys(environment: NodeJS.ProcessEnv): void {
  const known = new Set<string>(environmentKeys);
  const unknown = Object.keys(environment).filter(
    (key) => key.startsWith('CATALOG_') && !known.has(key),
  );
  if (unknown.length > 0) {
    throw new ConfigError(`Unknown setting ${unknown.join(', ')}: see .env.example for all keys.`);
  }
}

/** `KEY=` in a shell or compose file means "not set". */
function withoutEmptyValues(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(entries);
}

function describe(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return `Bad setting ${lines.join('; ')}.`;
}

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
