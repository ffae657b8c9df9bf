import { Inject, Injectable } from '@nestjs/common';
import { grantFor, type Grant } from '../domain/authorization.js';
import type { TokenScope } from '../domain/token.js';
import { tenantMeant, type FederatedLogin } from '../domain/federated-login.js';
import type { ProvenUser, ScopeRequest } from './auth-request.js';
import { AuthorizationReader } from './ports/authorization.reader.js';
import { LoginDirectory } from './ports/login-directory.js';

export interface AuthorizedScope {
  readonly scope: TokenScope;
  readonly grant: Grant;
}

/** Decides whether a user may work in the scope that was asked for. */
@Injectable()
export class AuthorizeScope {
  constructor(
    @Inject(LoginDirectory) private readonly directory: LoginDirectory,
    @Inject(AuthorizationReader) private readonly authorizations: AuthorizationReader,
  ) {}

  /** @returns null when there is no such scope, or the user has no role on it */
  async execute(request: ScopeRequest, user: ProvenUser): Promise<AuthorizedScope | null> {
    for (const scope of await this.candidates(request, user)) {
      const grant = await this.grant(user, scope);
      if (grant !== null) return { scope, grant };
    }
    return null;
  }

  /** The scopes to try, the preferred one first. */
  private async candidates(request: ScopeRequest, user: ProvenUser): Promise<TokenScope[]> {
    if (user.federatedLogin !== null) return federatedScopes(request, user.federatedLogin);
    switch (request.kind) {
      case 'default':
        return [...preferredScopes(user), ...unscopedUnlessBound(user)];
      case 'default-or-only-project':
        return [
          ...preferredScopes(user),
          ...(await this.onlyProject(user)),
          ...unscopedUnlessBound(user),
        ];
      case 'unscoped':
      case 'system':
        return [{ kind: request.kind }];
      case 'project': {
        const projectId = await this.directory.findProjectId(request.project);
        return projectId === null ? [] : [{ kind: 'project', projectId }];
      }
      case 'domain': {
        const domainId = await this.directory.findDomainId(request.domain);
        return domainId === null ? [] : [{ kind: 'domain', domainId }];
      }
    }
  }

  private async onlyProject({ userId }: ProvenUser): Promise<TokenScope[]> {
    const projectId = await this.directory.findOnlyProjectId(userId);
    return projectId === null ? [] : [{ kind: 'project', projectId }];
  }

  private async grant(user: ProvenUser, scope: TokenScope): Promise<Grant | null> {
    const applicationCredentialId = user.applicationCredential?.id ?? null;
    const snapshot = await this.authorizations.read({
      userId: user.userId,
      scope,
      applicationCredentialId,
      federatedLoginId: user.federatedLogin?.id ?? null,
      token: null,
    });
    const claims = { generation: user.generation, scope, applicationCredentialId };
    return snapshot && grantFor(claims, snapshot);
  }
}

/** An issuer grants tenants and nothing else. */
function federatedScopes(request: ScopeRequest, login: FederatedLogin): TokenScope[] {
  if (request.kind === 'project') {
    const tenant = tenantMeant(request.project, login);
    return tenant === null ? [] : [{ kind: 'project', projectId: tenant.id }];
  }
  return request.kind === 'domain' || request.kind === 'system' ? [] : [{ kind: 'unscoped' }];
}

function preferredScopes({ applicationCredential, defaultProjectId }: ProvenUser): TokenScope[] {
  const projectId = applicationCredential?.projectId ?? defaultProjectId;
  return projectId === null ? [] : [{ kind: 'project', projectId }];
}

/** What is bound to an application credential never leaves its project. */
function unscopedUnlessBound({ applicationCredential }: ProvenUser): TokenScope[] {
  return applicationCredential === null ? [{ kind: 'unscoped' }] : [];
}
