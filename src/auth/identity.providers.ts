import type { Provider } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config/config.js';
import { DeniedTokens } from './denied-tokens.js';
import { IdentityModes } from './identity-modes.js';
import { KeystoneTokenVerifier } from './keystone/keystone-token.verifier.js';
import { IntrospectedTokenVerifier } from './oidc/introspected-token.verifier.js';
import { Issuers } from './oidc/issuers.js';
import { OidcTokenVerifier } from './oidc/oidc-token.verifier.js';
import { EMBEDDED_IDENTITY, type TokenVerifier } from './token-verifier.js';

type Identity = TokenVerifier | null;

const OWN_IDENTITY = Symbol('OWN_IDENTITY');
const KEYSTONE_IDENTITY = Symbol('KEYSTONE_IDENTITY');
const OIDC_IDENTITY = Symbol('OIDC_IDENTITY');
const INTROSPECTED_IDENTITY = Symbol('INTROSPECTED_IDENTITY');

/** Every identity that could vouch for callers; null when the configuration does not name it. */
export const identityProviders: Provider[] = [
  {
    provide: OWN_IDENTITY,
    inject: [CONFIG, EMBEDDED_IDENTITY],
    useFactory: ({ auth }: Config, embedded: TokenVerifier) => (auth.embedded ? embedded : null),
  },
  {
    provide: KEYSTONE_IDENTITY,
    inject: [CONFIG],
    useFactory: ({ auth }: Config) =>
      auth.keystone === null ? null : new KeystoneTokenVerifier(auth.keystone),
  },
  {
    provide: Issuers,
    inject: [CONFIG],
    useFactory: ({ auth }: Config) => new Issuers(auth),
  },
  {
    provide: OIDC_IDENTITY,
    inject: [CONFIG, Issuers, DeniedTokens],
    useFactory: ({ auth }: Config, issuers: Issuers, denied: DeniedTokens) =>
      auth.oidc.length === 0 ? null : new OidcTokenVerifier(issuers, denied),
  },
  {
    provide: INTROSPECTED_IDENTITY,
    inject: [CONFIG, Issuers, DeniedTokens],
    useFactory: introspecting,
  },
  {
    provide: IdentityModes,
    inject: [OIDC_IDENTITY, OWN_IDENTITY, KEYSTONE_IDENTITY, INTROSPECTED_IDENTITY],
    useFactory: (oidc: Identity, embedded: Identity, keystone: Identity, introspection: Identity) =>
      new IdentityModes({ oidc, embedded, keystone, introspection }),
  },
];

function introspecting({ auth }: Config, issuers: Issuers, denied: DeniedTokens): Identity {
  const settings = auth.oidc.find(({ introspection }) => introspection !== null);
  const issuer = settings && issuers.named(settings.issuer);
  if (!issuer || !settings.introspection) return null;
  return new IntrospectedTokenVerifier(
    issuer,
    issuers,
    denied,
    settings.introspection.cacheSeconds,
  );
}
