import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { AuthorizationGuard } from './authorization.guard.js';
import { CallerStanding } from './caller-standing.js';
import { IdentityModes } from './identity-modes.js';
import { KeystoneTokenVerifier } from './keystone/keystone-token.verifier.js';
import { OidcTokenVerifier } from './oidc/oidc-token.verifier.js';
import { RequestAuthentication } from './request-authentication.js';
import { EMBEDDED_IDENTITY, type TokenVerifier } from './token-verifier.js';

const KEYSTONE_IDENTITY = Symbol('KEYSTONE_IDENTITY');
const OIDC_IDENTITY = Symbol('OIDC_IDENTITY');
const DEFAULT_SERVICE_ROLES = ['service'];

/**
 * Knows the identities that are active, and guards every route of the application, in this order: who is asking
 * (401), may they at all (403).
 */
@Module({
  providers: [
    {
      provide: KEYSTONE_IDENTITY,
      inject: [CONFIG],
      useFactory: ({ auth }: Config) =>
        auth.keystone === null ? null : new KeystoneTokenVerifier(auth.keystone),
    },
    {
      provide: OIDC_IDENTITY,
      inject: [CONFIG],
      useFactory: ({ auth }: Config) =>
        auth.oidc.length === 0 ? null : OidcTokenVerifier.for(auth),
    },
    {
      provide: Authenticator,
      inject: [CONFIG, OIDC_IDENTITY, EMBEDDED_IDENTITY, KEYSTONE_IDENTITY],
      useFactory: (
        { auth }: Config,
        oidc: TokenVerifier | null,
        embedded: TokenVerifier,
        keystone: TokenVerifier | null,
      ) =>
        new Authenticator(
          new IdentityModes(oidc, auth.embedded ? embedded : null, keystone),
          auth.keystone?.serviceTokenRoles ?? DEFAULT_SERVICE_ROLES,
        ),
    },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: AuthorizationGuard },
    RequestAuthentication,
    CallerStanding,
  ],
  exports: [CallerStanding],
})
export class AuthModule {}
