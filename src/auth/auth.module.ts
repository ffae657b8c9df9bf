import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AuthenticationGuard } from './authentication.guard.js';
import { Authenticator } from './authenticator.js';
import { AuthorizationGuard } from './authorization.guard.js';
import { CallerStanding } from './caller-standing.js';
import { FederatedIdentities } from './federated-identities.js';
import { identityProviders } from './identity.providers.js';
import { IdentityModes } from './identity-modes.js';
import { ProtectedResourceController } from './oidc/protected-resource.controller.js';
import { OpenAuthentication } from './open-authentication.js';
import { RequestAuthentication } from './request-authentication.js';
import { TokenAuthentication } from './token-authentication.js';

const DEFAULT_SERVICE_ROLES = ['service'];

/**
 * Guards every route of the application by the identities that are active, in this order: who is asking (401), may
 * they at all (403).
 */
@Module({
  controllers: [ProtectedResourceController],
  providers: [
    ...identityProviders,
    {
      provide: Authenticator,
      inject: [CONFIG, IdentityModes],
      useFactory: ({ auth }: Config, modes: IdentityModes) =>
        new Authenticator(modes, auth.keystone?.serviceTokenRoles ?? DEFAULT_SERVICE_ROLES),
    },
    {
      provide: RequestAuthentication,
      inject: [CONFIG, Authenticator],
      useFactory: ({ auth }: Config, authenticator: Authenticator) =>
        auth.isOpen ? new OpenAuthentication() : new TokenAuthentication(authenticator),
    },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: AuthorizationGuard },
    CallerStanding,
    FederatedIdentities,
  ],
  exports: [CallerStanding, FederatedIdentities],
})
export class AuthModule {}
