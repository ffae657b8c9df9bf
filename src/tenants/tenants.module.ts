import { Global, Module, type Provider } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { TokenVerifier } from '../auth/token-verifier.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AuthorizeScope } from './application/authorize-scope.js';
import { BootstrapIdentity } from './application/bootstrap-identity.js';
import { IdentityEpoch } from './application/identity-epoch.js';
import { IssueToken, TOKEN_LIFETIME_MS } from './application/issue-token.js';
import { ManageTokens } from './application/manage-tokens.js';
import {
  AuthorizationReader,
  RevokedTokenRepository,
  TokenStates,
} from './application/ports/authorization.reader.js';
import { BootstrapStore } from './application/ports/bootstrap.store.js';
import { LoginAttempts } from './application/ports/login-attempts.js';
import { LoginDirectory } from './application/ports/login-directory.js';
import { PasswordHasher } from './application/ports/password-hasher.js';
import { SigningKeyRepository } from './application/ports/signing-key.repository.js';
import { TokenCodec } from './application/ports/token-codec.js';
import { TenantQuotas } from './application/tenant-quotas.js';
import { TenantQuotasController } from './catalog-v1/tenant-quotas.controller.js';
import { quotaProviders } from './quotas.providers.js';
import { ProveIdentity } from './application/prove-identity.js';
import { ResolveToken } from './application/resolve-token.js';
import { AuthTokensController } from './identity-v3/auth-tokens.controller.js';
import { AuthRequestParser } from './identity-v3/auth.request.js';
import { ServiceCatalog } from './identity-v3/service-catalog.js';
import { IdentityVersionsController } from './identity-v3/versions.controller.js';
import { Argon2PasswordHasher } from './passwords/argon2.password-hasher.js';
import { MemoryLoginAttempts } from './passwords/memory.login-attempts.js';
import { CachedTokenStates } from './persistence/cached-token-states.js';
import { IdentityStore } from './persistence/identity-store.js';
import { PrismaBootstrapStore } from './persistence/prisma-bootstrap.store.js';
import { PrismaRevokedTokenRepository } from './persistence/prisma-revoked-token.repository.js';
import { PrismaSigningKeyRepository } from './persistence/prisma-signing-key.repository.js';
import { SqlAuthorizationReader } from './persistence/sql-authorization.reader.js';
import { SqlLoginDirectory } from './persistence/sql-login-directory.js';
import { EmbeddedTokenVerifier } from './tokens/embedded-token.verifier.js';
import { JwsTokenCodec } from './tokens/jws-token-codec.js';
import { SigningKeyRing } from './tokens/signing-key-ring.js';

const HOUR_MS = 3_600_000;

const repositories: Provider[] = [
  IdentityStore,
  { provide: AuthorizationReader, useClass: SqlAuthorizationReader },
  { provide: LoginDirectory, useClass: SqlLoginDirectory },
  { provide: RevokedTokenRepository, useClass: PrismaRevokedTokenRepository },
  { provide: SigningKeyRepository, useClass: PrismaSigningKeyRepository },
  { provide: BootstrapStore, useClass: PrismaBootstrapStore },
  {
    provide: TokenStates,
    inject: [AuthorizationReader, IdentityEpoch],
    useFactory: (reader: AuthorizationReader, epoch: IdentityEpoch) =>
      new CachedTokenStates(reader, epoch),
  },
];

const tokens: Provider[] = [
  {
    provide: SigningKeyRing,
    inject: [SigningKeyRepository, CONFIG],
    useFactory: (keys: SigningKeyRepository, { identity }: Config) =>
      new SigningKeyRing(keys, {
        pepper: identity.tokenSecret,
        keyLifetimeMs: identity.signingKeyHours * HOUR_MS,
        tokenLifetimeMs: identity.tokenTtlSeconds * 1000,
      }),
  },
  {
    provide: TokenCodec,
    inject: [SigningKeyRing],
    useFactory: (keys: SigningKeyRing) => new JwsTokenCodec(keys),
  },
  {
    provide: TOKEN_LIFETIME_MS,
    inject: [CONFIG],
    useFactory: ({ identity }: Config) => identity.tokenTtlSeconds * 1000,
  },
  { provide: TokenVerifier, useClass: EmbeddedTokenVerifier },
];

const passwords: Provider[] = [
  { provide: PasswordHasher, useClass: Argon2PasswordHasher },
  {
    provide: LoginAttempts,
    inject: [CONFIG],
    useFactory: ({ identity }: Config) =>
      new MemoryLoginAttempts({
        failuresPerUser: identity.loginFailuresPerUser,
        failuresPerAddress: identity.loginFailuresPerAddress,
        windowMs: identity.loginWindowSeconds * 1000,
        // Hashing takes a whole core for a while: leave one, and one thread of the pool, to the rest.
        concurrency: Math.max(1, Math.min(3, availableParallelism() - 1)),
      }),
  },
];

const useCases = [
  IdentityEpoch,
  ResolveToken,
  ProveIdentity,
  AuthorizeScope,
  IssueToken,
  ManageTokens,
  BootstrapIdentity,
];

/** Tenants, and the embedded identity that they and their users live in. */
@Global()
@Module({
  controllers: [IdentityVersionsController, AuthTokensController, TenantQuotasController],
  providers: [
    ...repositories,
    ...tokens,
    ...passwords,
    ...useCases,
    ...quotaProviders,
    ServiceCatalog,
    {
      provide: AuthRequestParser,
      inject: [CONFIG],
      useFactory: ({ identity }: Config) => new AuthRequestParser(identity.defaultDomainFallback),
    },
  ],
  exports: [TokenVerifier, BootstrapIdentity, TenantQuotas],
})
export class TenantsModule {}
