import { z } from 'zod';
import { baseUrl, jsonSetting } from './json-setting.js';
import { accountSchema, accountSettings } from './keystone-settings.js';

const INTERFACES = ['public', 'internal', 'admin'] as const;

/** Another region: where its image service is, and the account that images are fetched with. */
const remoteSchema = z.strictObject({
  region: z.string().min(1).max(255),
  endpoints: z
    .partialRecord(z.enum(INTERFACES), baseUrl)
    .refine((endpoints) => Object.keys(endpoints).length > 0, 'must name one interface'),
  login: accountSchema,
});

/** Regions that images may be downloaded from with `glance-download`. */
export const remotesShape = {
  CATALOG_REMOTES: jsonSetting(z.array(remoteSchema))
    .refine(
      (remotes) => new Set(remotes.map(({ region }) => region)).size === remotes.length,
      'regions must differ',
    )
    .optional(),
  /** Beginnings of the names of properties that are taken over. */
  CATALOG_REMOTE_PROPERTIES: z
    .string()
    .default('hw_,trait:,os_distro,os_secure_boot,os_type')
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(z.string().min(1))),
};

type RemotesEnvironment = z.infer<z.ZodObject<typeof remotesShape>>;
export type RemotesSettings = ReturnType<typeof remotesSettings>;

/** @throws StartupError when a secret is not where the setting says */
export function remotesSettings(env: RemotesEnvironment, environment: NodeJS.ProcessEnv) {
  const remotes = (env.CATALOG_REMOTES ?? []).map(({ login, ...remote }) => ({
    ...remote,
    login: accountSettings(login, environment),
  }));
  return { remotes, propertyPrefixes: env.CATALOG_REMOTE_PROPERTIES };
}
