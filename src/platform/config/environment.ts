import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { auditShape } from './audit-settings.js';
import { duration } from './duration.js';
import { imageCacheShape } from './image-cache-settings.js';
import { authShape } from './auth-settings.js';
import { observabilityShape } from './observability-settings.js';
import { outboundShape } from './outbound-settings.js';
import { rateLimitShape } from './rate-limit-settings.js';
import { remotesShape } from './remotes-settings.js';
import { storesSchema } from './store-settings.js';
import { tlsShape } from './tls-settings.js';
import { tracingShape } from './tracing-settings.js';

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const withDefault = <S extends z.ZodType<unknown, string>>(schema: S, value: string) =>
  z.string().default(value).pipe(schema);

const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const list = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.string().min(1)));
/** Comma-separated; `none` is a list of none. */
const importMethods = z
  .string()
  .transform((text) => (text === 'none' ? [] : text.split(',').map((item) => item.trim())))
  .pipe(z.array(z.enum(['glance-direct', 'web-download', 'glance-download', 'copy-image'])));
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
const onOff = z.enum(['on', 'off']);
const MAX_WORKERS = 256;
/** `auto` is one for each processor. */
const workers = z
  .string()
  .transform((text) => (text === 'auto' ? String(availableParallelism()) : text))
  .pipe(integer(1, MAX_WORKERS));
const profile = z.enum(['current', 'published']);

/** Every key that the service reads, with its default. `.env.example` documents the same list. */
export const environmentSchema = z.object({
  HOST: withDefault(z.string(), '127.0.0.1'),
  PORT: withDefault(integer(0, 65_535), '9292'),
  DATABASE_URL: postgresUrl.optional(),
  CATALOG_DATABASE_REPLICA_URLS: list.pipe(z.array(postgresUrl)).optional(),

  CATALOG_DATABASE_PASSWORD_FILE: z.string().optional(),

  CATALOG_DATA_DIR: withDefault(z.string(), '.data'),
  CATALOG_STORES: storesSchema.optional(),
  ...outboundShape,
  ...remotesShape,
  ...imageCacheShape,
  ...auditShape,
  ...observabilityShape,
  ...tracingShape,
  ...rateLimitShape,
  CATALOG_PUBLIC_URL: origin.optional(),
  CATALOG_PUBLIC_IMAGE_URL: origin.optional(),
  CATALOG_PUBLIC_COMPUTE_URL: origin.optional(),
  ...tlsShape,
  CATALOG_TRUSTED_PROXIES: list.optional().transform((value) => value ?? []),
  CATALOG_HTTP_QUEUE: withDefault(integer(10, 100_000), '1000'),
  CATALOG_CORS_ORIGINS: list.optional().transform((value) => value ?? []),
  CATALOG_DOCS: withDefault(onOff, 'on'),
  CATALOG_JSON_BODY_LIMIT: withDefault(integer(1024, 64 * 1024 * 1024), '1048576'),
  CATALOG_WORKERS: withDefault(workers, '1'),
  CATALOG_DRAIN_SECONDS: withDefault(integer(0, 3600), '60'),
  CATALOG_DRAIN_DELAY_SECONDS: withDefault(integer(0, 300), '0'),
  CATALOG_JSON_BODY_TIMEOUT: withDefault(duration, '30s'),
  CATALOG_UPLOAD_SILENCE: withDefault(duration, '60s'),

  CATALOG_MIGRATE: withDefault(onOff, 'on'),
  CATALOG_DATABASE_POOL_SIZE: withDefault(integer(1, 500), '10'),
  CATALOG_DATABASE_QUEUE: withDefault(integer(10, 100_000), '200'),
  CATALOG_DATABASE_CONNECT_TIMEOUT_MS: withDefault(integer(100, 60_000), '2000'),
  CATALOG_DATABASE_STATEMENT_TIMEOUT_MS: withDefault(integer(100, 600_000), '5000'),
  CATALOG_DATABASE_STARTUP_TIMEOUT_SECONDS: withDefault(integer(0, 3600), '60'),

  ...authShape,
  CATALOG_ADMIN_PASSWORD: z.string().max(4096).optional(),
  CATALOG_REGION: withDefault(z.string().max(255), 'RegionOne'),
  CATALOG_TOKEN_TTL_SECONDS: withDefault(integer(121, 7 * 86_400), '3600'),
  CATALOG_TOKEN_SECRET: z.string().min(16).max(1024).optional(),
  CATALOG_SIGNING_KEY_HOURS: withDefault(integer(1, 24 * 365), '720'),
  CATALOG_DEFAULT_DOMAIN_FALLBACK: withDefault(onOff, 'on'),
  CATALOG_LOGIN_FAILURES_PER_USER: withDefault(integer(1, 1_000_000), '20'),
  CATALOG_LOGIN_FAILURES_PER_ADDRESS: withDefault(integer(1, 1_000_000), '200'),
  CATALOG_LOGIN_WINDOW_SECONDS: withDefault(integer(1, 86_400), '300'),

  CATALOG_PAGE_SIZE_DEFAULT: withDefault(integer(1, 1000), '25'),
  CATALOG_PAGE_SIZE_MAX: withDefault(integer(1, 10_000), '1000'),
  CATALOG_RECORD_CACHE_BYTES: withDefault(integer(0, 1024 ** 3), '25165824'),
  CATALOG_TENANT_IMAGE_COUNT_QUOTA: withDefault(integer(-1, 2_147_483_647), '10000'),
  CATALOG_TENANT_IMAGE_BYTES_QUOTA: withDefault(integer(-1, Number.MAX_SAFE_INTEGER), '-1'),
  CATALOG_PROPERTY_PROTECTIONS_FILE: z.string().optional(),
  CATALOG_IMAGE_SCHEMA_FILE: z.string().optional(),
  CATALOG_DELETED_RETENTION: withDefault(duration, '7d'),

  CATALOG_IMAGE_PROPERTY_QUOTA: withDefault(integer(-1, 100_000), '128'),
  CATALOG_IMAGE_TAG_QUOTA: withDefault(integer(-1, 100_000), '128'),
  CATALOG_IMAGE_MEMBER_QUOTA: withDefault(integer(-1, 100_000), '128'),

  CATALOG_IMAGE_SIZE_CAP: withDefault(integer(1, Number.MAX_SAFE_INTEGER), '1099511627776'),
  CATALOG_HASH_ALGORITHM: withDefault(
    z.enum(['sha512', 'sha384', 'sha256', 'sha3-512', 'blake2b512']),
    'sha512',
  ),
  CATALOG_REQUIRE_FORMAT_MATCH: withDefault(onOff, 'on'),
  CATALOG_IMAGE_LOCATION_QUOTA: withDefault(integer(-1, 1000), '10'),
  CATALOG_DOWNLOAD_REDIRECTS: withDefault(onOff, 'off'),
  CATALOG_SHOW_DIRECT_URL: withDefault(onOff, 'off'),
  CATALOG_SHOW_MULTIPLE_LOCATIONS: withDefault(onOff, 'off'),
  CATALOG_SIGNATURE_CERTIFICATES_DIR: z.string().optional(),
  CATALOG_LOCATION_HASHING: withDefault(onOff, 'on'),
  CATALOG_REFUSE_RICH_RAW: withDefault(onOff, 'off'),
  CATALOG_TENANT_UPLOAD_QUOTA: withDefault(integer(-1, 1_000_000), '20'),
  CATALOG_ORPHAN_GRACE: withDefault(duration, '1d'),
  CATALOG_DATA_AUDIT_INTERVAL: withDefault(duration, '6h'),

  CATALOG_IMPORT_METHODS: withDefault(importMethods, 'glance-direct,web-download,copy-image'),
  CATALOG_IMPORT_CONCURRENCY: withDefault(integer(0, 64), '2'),
  CATALOG_IMPORT_TIME_LIMIT: withDefault(duration, '12h'),
  CATALOG_IMPORT_DECOMPRESSION: withDefault(onOff, 'off'),
  CATALOG_TENANT_STAGED_BYTES_QUOTA: withDefault(
    integer(-1, Number.MAX_SAFE_INTEGER),
    '1099511627776',
  ),
  CATALOG_STAGED_RETENTION: withDefault(duration, '7d'),

  CATALOG_PROFILE_ROOT: withDefault(profile, 'published'),
  CATALOG_PROFILE_MOUNTED: withDefault(profile, 'current'),

  CATALOG_COMPUTE_MAX_MICROVERSION: withDefault(
    z.string().regex(/^2\.(39|[4-9]\d|[1-9]\d{2,3})$/, 'must be 2.39 or a later 2.x'),
    '2.39',
  ),
  CATALOG_COMPUTE_NON_AUTHORITATIVE: withDefault(onOff, 'off'),

  CATALOG_LOG_LEVEL: withDefault(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
  ),
  CATALOG_LOG_FORMAT: withDefault(z.enum(['auto', 'json', 'pretty']), 'auto'),
});

export type Environment = z.infer<typeof environmentSchema>;
export const environmentKeys = Object.keys(environmentSchema.shape);
