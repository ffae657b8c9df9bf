import type { Provider } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { EMBEDDED_IDENTITY } from '../auth/token-verifier.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AuthorizeScope } from './application/authorize-scope.js';
import { BootstrapIdentity } from './application/bootstrap-identity.js';
import { ChangePassword } from './application/change-password.js';
import { IdentityEpoch } from './application/identity-epoch.js';
import { IssueToken, TOKEN_LIFETIME_MS } from './application/issue-token.js';
import { LogInThroughIssuer } from './application/log-in-through-issuer.js';
import { ManageApiKeys } from './application/manage-api-keys.js';
import { ManageApplicationCredentials } from './application/manage-application-credentials.js';
import { ManageDomains } from './application/manage-domains.js';
import { ManageProjects } from './application/manage-projects.js';
import { ManageRoleAssignments } from './application/manage-role-assignments.js';
import { ManageRoles } from './application/manage-roles.js';
import { ManageSigningKeys } from './application/manage-signing-keys.js';
import { ManageTokens } from './application/manage-tokens.js';
import { ManageUsers } from './application/manage-users.js';
import { ApplicationCredentialRepository } from './application/ports/application-credential.repository.js';
import {
  AuthorizationReader,
  RevokedTokenRepository,
  TokenStates,
} from './application/ports/authorization.reader.js';
import { BootstrapStore } from './application/ports/bootstrap.store.js';
import { DomainRepository } from './application/ports/domain.repository.js';
import { FederatedLoginRepository } from './application/ports/federated-login.repository.js';
import { LoginAttempts } from './application/ports/login-attempts.js';
import { LoginDirectory } from './application/ports/login-directory.js';
import { PasswordHasher } from './application/ports/password-hasher.js';
import { ProjectRepository } from './application/ports/project.repository.js';
import { RoleAssignmentRepository } from './application/ports/role-assignment.repository.js';
import { RoleRepository } from './application/ports/role.repository.js';
import { SigningKeyRepository } from './application/ports/signing-key.repository.js';
import { SigningKeys } from './application/ports/signing-keys.js';
import { TokenCodec } from './application/ports/token-codec.js';
import { UserRepository } from './application/ports/user.repository.js';
import { ProveIdentity } from './application/prove-identity.js';
import { ProveToken } from './application/prove-token.js';
import { ResolveToken } from './application/resolve-token.js';
import { ShowOwnScopes } from './application/show-own-scopes.js';
import { ApiKeysController } from './catalog-v1/api-keys.controller.js';
import { SigningKeysController } from './catalog-v1/signing-keys.controller.js';
import { IdentityV2Controller } from './identity-v2.0/identity-v2.controller.js';
import { TokensV2Controller } from './identity-v2.0/tokens-v2.controller.js';
import { ApplicationCredentialsController } from './identity-v3/application-credentials.controller.js';
import { AuthScopesController } from './identity-v3/auth-scopes.controller.js';
import { AuthTokensController } from './identity-v3/auth-tokens.controller.js';
import { AuthRequestParser } from './identity-v3/auth.request.js';
import { DomainsController } from './identity-v3/domains.controller.js';
import { FederationController } from './identity-v3/federation.controller.js';
import {
  DomainGrantsController,
  ProjectGrantsController,
  SystemGrantsController,
} from './identity-v3/grants.controller.js';
import { MembershipsController } from './identity-v3/memberships.controller.js';
import { Presenter } from './identity-v3/presenter.js';
import { ProjectsController } from './identity-v3/projects.controller.js';
import { RoleAssignmentsController } from './identity-v3/role-assignments.controller.js';
import { RoleInferencesController } from './identity-v3/role-inferences.controller.js';
import { RolesController } from './identity-v3/roles.controller.js';
import { ServiceCatalogController } from './identity-v3/service-catalog.controller.js';
import { ServiceCatalog } from './identity-v3/service-catalog.js';
import { UsersController } from './identity-v3/users.controller.js';
import { IdentityVersionsController } from './identity-v3/versions.controller.js';
import { Argon2PasswordHasher } from './passwords/argon2.password-hasher.js';
import { MemoryLoginAttempts } from './passwords/memory.login-attempts.js';
import { CachedTokenStates } from './persistence/cached-token-states.js';
import { IdentityStore } from './persistence/identity-store.js';
import { PrismaApplicationCredentialRepository } from './persistence/prisma-application-credential.repository.js';
import { PrismaBootstrapStore } from './persistence/prisma-bootstrap.store.js';
import { PrismaDomainRepository } from './persistence/prisma-domain.repository.js';
import { PrismaProjectRepository } from './persistence/prisma-project.repository.js';
import { PrismaRevokedTokenRepository } from './persistence/prisma-revoked-token.repository.js';
import { PrismaRoleAssignmentRepository } from './persistence/prisma-role-assignment.repository.js';
import { PrismaRoleRepository } from './persistence/prisma-role.repository.js';
import { PrismaSigningKeyRepository } from './persistence/prisma-signing-key.repository.js';
import { PrismaUserRepository } from './persistence/prisma-user.repository.js';
import { SqlAuthorizationReader } from './persistence/sql-authorization.reader.js';
import { SqlFederatedLoginRepository } from './persistence/sql-federated-login.repository.js';
import { SqlLoginDirectory } from './persistence/sql-login-directory.js';
import { EmbeddedTokenVerifier } from './tokens/embedded-token.verifier.js';
import { JwsTokenCodec } from './tokens/jws-token-codec.js';
import { SigningKeyRing } from './tokens/signing-key-ring.js';

const HOUR_MS = 3_600_000;

const repositories: Provider[] = [
  IdentityStore,
  { provide: AuthorizationReader, useClass: SqlAuthorizationReader },
  { provide: LoginDirectory, useClass: SqlLoginDirectory },
  { provide: FederatedLoginRepository, useClass: SqlFederatedLoginRepository },
  { provide: RevokedTokenRepository, useClass: PrismaRevokedTokenRepository },
  { provide: SigningKeyRepository, useClass: PrismaSigningKeyRepository },
  { provide: BootstrapStore, useClass: PrismaBootstrapStore },
  { provide: DomainRepository, useClass: PrismaDomainRepository },
  { provide: ProjectRepository, useClass: PrismaProjectRepository },
  { provide: UserRepository, useClass: PrismaUserRepository },
  { provide: RoleRepository, useClass: PrismaRoleRepository },
  { provide: RoleAssignmentRepository, useClass: PrismaRoleAssignmentRepository },
  { provide: ApplicationCredentialRepository, useClass: PrismaApplicationCredentialRepository },
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
  { provide: SigningKeys, useExisting: SigningKeyRing },
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
  { provide: EMBEDDED_IDENTITY, useClass: EmbeddedTokenVerifier },
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
  ProveToken,
  ProveIdentity,
  AuthorizeScope,
  IssueToken,
  LogInThroughIssuer,
  ManageTokens,
  BootstrapIdentity,
  ShowOwnScopes,
  ManageProjects,
  ManageUsers,
  ChangePassword,
  ManageApplicationCredentials,
  ManageDomains,
  ManageRoles,
  ManageRoleAssignments,
  ManageSigningKeys,
  ManageApiKeys,
];

/** Everything that the embedded identity consists of, apart from its controllers. */
export const identityProviders: readonly Provider[] = [
  ...repositories,
  ...tokens,
  ...passwords,
  ...useCases,
  ServiceCatalog,
  Presenter,
  {
    provide: AuthRequestParser,
    inject: [CONFIG],
    useFactory: ({ identity }: Config) => new AuthRequestParser(identity.defaultDomainFallback),
  },
];

export const identityControllers = [
  IdentityVersionsController,
  AuthTokensController,
  AuthScopesController,
  FederationController,
  ProjectsController,
  UsersController,
  MembershipsController,
  ApplicationCredentialsController,
  DomainsController,
  RolesController,
  RoleInferencesController,
  ProjectGrantsController,
  DomainGrantsController,
  SystemGrantsController,
  RoleAssignmentsController,
  ServiceCatalogController,
  SigningKeysController,
  ApiKeysController,
  IdentityV2Controller,
  TokensV2Controller,
] as const;
