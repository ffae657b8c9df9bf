import { z } from 'zod';
import { StartupError } from '../lifecycle/startup-error.js';
import { jsonSetting } from './json-setting.js';
import { keystoneSchema, keystoneSettings } from './keystone-settings.js';
import { isLoopbackHost } from './loopback.js';
import { oidcIssuersSchema, oidcIssuerSettings } from './oidc-settings.js';

const IDENTITY_MODES = ['embedded', 'keystone', 'oidc', 'none'] as const;
type IdentityMode = (typeof IDENTITY_MODES)[number];

const modes = z
  .string()
  .default('embedded')
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.enum(IDENTITY_MODES)).min(1))
  .refine((named) => !named.includes('none') || named.length === 1, {
    error: 'none stands alone',
  });

/**
 * Who vouches for callers: any of the embedded identity, an external Keystone, and OpenID Connect issuers; or nobody,
 * for development.
 */
export const authShape = {
  CATALOG_AUTH_MODES: modes,
  CATALOG_KEYSTONE: jsonSetting(keystoneSchema).optional(),
  CATALOG_OIDC_ISSUERS: jsonSetting(oidcIssuersSchema).optional(),
};

const authSchema = z.object({ ...authShape, HOST: z.string() });

/**
 * The identities that are active, their secrets fetched; null or empty for those that are not.
 * @throws StartupError when a mode lacks its settings, settings lack their mode, a secret is not to be had, or
 *   everybody could reach a service that asks nobody who they are
 */
export function authSettings(env: z.infer<typeof authSchema>, environment: NodeJS.ProcessEnv) {
  const active = new Set(env.CATALOG_AUTH_MODES);
  const { CATALOG_KEYSTONE: keystone, CATALOG_OIDC_ISSUERS: issuers } = env;
  requireTogether(active.has('keystone'), keystone, 'keystone', 'CATALOG_KEYSTONE');
  requireTogether(active.has('oidc'), issuers, 'oidc', 'CATALOG_OIDC_ISSUERS');
  const isOpen = active.has('none');
  if (isOpen && !isLoopbackHost(env.HOST)) {
    throw new StartupError('CATALOG_AUTH_MODES=none needs HOST to be 127.0.0.1 or ::1.');
  }
  return {
    /** Everybody is the same administrator. */
    isOpen,
    embedded: active.has('embedded'),
    keystone: keystone === undefined ? null : keystoneSettings(keystone, environment),
    oidc: (issuers ?? []).map((issuer) => oidcIssuerSettings(issuer, environment)),
  };
}

function requireTogether(
  isActive: boolean,
  settings: unknown,
  mode: IdentityMode,
  key: string,
): void {
  if (isActive === (settings !== undefined)) return;
  throw new StartupError(
    isActive
      ? `CATALOG_AUTH_MODES names ${mode}, which needs ${key}.`
      : `${key} is set, but CATALOG_AUTH_MODES does not name ${mode}.`,
  );
}
