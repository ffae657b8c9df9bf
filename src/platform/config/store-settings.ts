import { join } from 'node:path';
import { z } from 'zod';
import { jsonSetting } from './json-setting.js';
import { resolveSecret, secretReference, type Secret, type SecretReference } from './secret.js';

/** The one reserved id that may be configured: where staged bytes wait for their import. */
export const STAGING_STORE_ID = 'os_glance_staging_store';
const RESERVED_ID = /^os_glance/i;

const common = {
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be a short name'),
  description: z.string().max(255).optional(),
  default: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  weight: z.int().min(-1_000_000).max(1_000_000).optional(),
};
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const filesystem = z.strictObject({
  ...common,
  driver: z.literal('filesystem'),
  path: z.string().min(1),
});

const memory = z.strictObject({
  ...common,
  driver: z.literal('memory'),
  capacityBytes: z.int().min(1).optional(),
});

/** Amazon S3 and what speaks like it: Ceph RGW, MinIO, Google Cloud Storage's XML API, Swift's S3 layer. */
const s3 = z
  .strictObject({
    ...common,
    driver: z.literal('s3'),
    bucket: z.string().min(1),
    /** Without one, Amazon's own of the region. */
    endpoint: httpUrl.optional(),
    region: z.string().min(1).default('us-east-1'),
    /** Before every key, such as `images/`. */
    prefix: z.string().max(512).default(''),
    /** `https://host/bucket/key` rather than `https://bucket.host/key`. */
    pathStyle: z.boolean().optional(),
    /** Without one, the SDK's own chain: environment, shared files, instance role. */
    accessKeyId: z.string().min(1).optional(),
    secretAccessKey: secretReference.optional(),
  })
  .refine((store) => (store.accessKeyId === undefined) === (store.secretAccessKey === undefined), {
    error: 'accessKeyId and secretAccessKey come together',
  });

/** Azure Blob Storage: one block blob per image. */
const azure = z.strictObject({
  ...common,
  driver: z.literal('azure'),
  container: z.string().regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/, 'must be a container name'),
  accountName: z.string().regex(/^[a-z0-9]{3,24}$/, 'must be an account name'),
  accountKey: secretReference,
  /** Without one, Azure's own of the account. */
  endpoint: httpUrl.optional(),
  /** Before every key, such as `images/`. */
  prefix: z.string().max(512).default(''),
});

/** Data on web servers, which images refer to by URL; always read-only. */
const http = z.strictObject({ ...common, driver: z.literal('http') });

/** OpenStack Object Storage, with a login of Keystone v3 or of the older v1 (TempAuth). */
const swift = z
  .strictObject({
    ...common,
    driver: z.literal('swift'),
    container: z.string().regex(/^[^/]{1,200}$/, 'must be a container name'),
    /** Data is stored in segments of this size; the server's own limit is usually 5 GiB. */
    segmentBytes: z
      .int()
      .min(1024 * 1024)
      .max(5 * 1024 ** 3)
      .default(1024 ** 3),
    authVersion: z.enum(['1', '3']).default('3'),
    /** Such as `https://keystone.example/v3` or `https://swift.example/auth/v1.0`. */
    authUrl: httpUrl,
    userName: z.string().min(1).optional(),
    password: secretReference.optional(),
    userDomainName: z.string().min(1).default('Default'),
    projectName: z.string().min(1).optional(),
    projectDomainName: z.string().min(1).default('Default'),
    applicationCredentialId: z.string().min(1).optional(),
    applicationCredentialSecret: secretReference.optional(),
    /** Which endpoint of the catalog; without a region the first one. */
    region: z.string().min(1).optional(),
    interface: z.enum(['public', 'internal', 'admin']).default('public'),
  })
  .refine(
    (store) => {
      const { userName, password, projectName } = store;
      const hasUser = userName !== undefined && password !== undefined;
      if (store.authVersion === '1') return hasUser;
      const hasCredential =
        store.applicationCredentialId !== undefined &&
        store.applicationCredentialSecret !== undefined;
      return hasCredential || (hasUser && projectName !== undefined);
    },
    { error: 'needs an application credential, or userName and password (v3: and projectName)' },
  );

const storeSchema = z.discriminatedUnion('driver', [filesystem, memory, s3, azure, swift, http]);

/** `CATALOG_STORES`: a JSON array of stores. */
export const storesSchema = jsonSetting(z.array(storeSchema).min(1)).superRefine(
  (stores, context) => {
    for (const message of contradictions(stores)) context.addIssue({ code: 'custom', message });
  },
);

type ParsedStore = z.infer<typeof storeSchema>;
type WithSecrets<T> = { readonly [K in keyof T]: Resolved<T[K]> };
type Resolved<T> = SecretReference extends T ? Secret | Exclude<T, SecretReference> : T;
type EachWithSecrets<T> = T extends unknown ? WithSecrets<T> : never;

/** One store as configured, its secrets fetched. */
export type StoreSettings = EachWithSecrets<ParsedStore>;

export interface StoresSettings {
  readonly stores: readonly StoreSettings[];
  readonly defaultId: string;
  readonly staging: StoreSettings;
}

/**
 * The stores to open: those of `CATALOG_STORES`, else one directory under the data directory.
 * @throws StartupError when a secret is not where the setting says
 */
export function storesSettings(
  parsed: readonly ParsedStore[] | undefined,
  dataDirectory: string,
  environment: NodeJS.ProcessEnv,
): StoresSettings {
  const local = { id: 'local', driver: 'filesystem', path: join(dataDirectory, 'images') } as const;
  const all = (parsed ?? [local]).map((store) => fetchSecrets(store, environment));
  const stores = all.filter(({ id }) => id !== STAGING_STORE_ID);
  const staging = all.find(({ id }) => id === STAGING_STORE_ID);
  return {
    stores,
    defaultId: (stores.find((store) => store.default === true) ?? stores[0] ?? local).id,
    staging: staging ?? {
      id: STAGING_STORE_ID,
      driver: 'filesystem',
      path: join(dataDirectory, 'staging'),
    },
  };
}

function contradictions(all: readonly ParsedStore[]): readonly string[] {
  const stores = all.filter(({ id }) => id !== STAGING_STORE_ID);
  const defaults = stores.filter((store) => store.default === true);
  const chosen = stores.length === 1 ? stores[0] : defaults[0];
  return [
    ...(new Set(all.map(({ id }) => id)).size === all.length ? [] : ['store ids must differ']),
    ...(stores.some(({ id }) => RESERVED_ID.test(id))
      ? ['ids beginning os_glance are reserved']
      : []),
    ...(chosen === undefined || defaults.length > 1
      ? ['exactly one store must be the default']
      : []),
    ...(chosen !== undefined && isReadOnly(chosen)
      ? ['the default store must not be read-only']
      : []),
    ...(all.some((store) => store.id === STAGING_STORE_ID && isReadOnly(store))
      ? ['the staging area must not be read-only']
      : []),
  ];
}

function isReadOnly({ driver, readOnly }: ParsedStore): boolean {
  return driver === 'http' || readOnly === true;
}

function fetchSecrets(store: ParsedStore, environment: NodeJS.ProcessEnv): StoreSettings {
  const entries = Object.entries(store).map(([key, value]) => {
    const isReference = typeof value === 'object';
    return [key, isReference ? resolveSecret(value, environment) : value] as const;
  });
  return Object.fromEntries(entries) as unknown as StoreSettings;
}
