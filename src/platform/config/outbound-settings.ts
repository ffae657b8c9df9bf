import { z } from 'zod';

const ANYTHING = '*';

/** Comma-separated; `*` alone lifts the restriction. */
const list = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform((text) => text.split(',').map((item) => item.trim()))
    .transform((items) => items.filter((item) => item !== '' && item !== ANYTHING));

/** What the service may fetch on behalf of users: `web-download` imports, locations, other clouds. */
export const outboundShape = {
  CATALOG_IMPORT_SCHEMES_ALLOWED: list('http,https'),
  CATALOG_IMPORT_SCHEMES_DENIED: list(''),
  CATALOG_IMPORT_HOSTS_ALLOWED: list(''),
  CATALOG_IMPORT_HOSTS_DENIED: list(''),
  CATALOG_IMPORT_PORTS_ALLOWED: list('80,443'),
  CATALOG_IMPORT_PORTS_DENIED: list(''),
  CATALOG_IMPORT_INTERNAL_HOSTS: list(''),
};

type OutboundEnvironment = {
  readonly [Key in keyof typeof outboundShape]: z.infer<(typeof outboundShape)[Key]>;
};

export function outboundSettings(env: OutboundEnvironment) {
  return {
    schemes: {
      allowed: env.CATALOG_IMPORT_SCHEMES_ALLOWED,
      denied: env.CATALOG_IMPORT_SCHEMES_DENIED,
    },
    hosts: { allowed: env.CATALOG_IMPORT_HOSTS_ALLOWED, denied: env.CATALOG_IMPORT_HOSTS_DENIED },
    ports: { allowed: env.CATALOG_IMPORT_PORTS_ALLOWED, denied: env.CATALOG_IMPORT_PORTS_DENIED },
    internalHosts: env.CATALOG_IMPORT_INTERNAL_HOSTS,
  };
}
