import { Inject, Injectable } from '@nestjs/common';
import type { ProvenUser } from './auth-request.js';
import { FederatedLoginRepository } from './ports/federated-login.repository.js';
import { LoginDirectory } from './ports/login-directory.js';
import { ResolveToken } from './resolve-token.js';

/** Takes a token as proof of who its holder is; what it is bound to, the next one is bound to as well. */
@Injectable()
export class ProveToken {
  constructor(
    @Inject(ResolveToken) private readonly resolveToken: ResolveToken,
    @Inject(LoginDirectory) private readonly directory: LoginDirectory,
    @Inject(FederatedLoginRepository) private readonly federatedLogins: FederatedLoginRepository,
  ) {}

  /** @returns null when the token does not stand */
  async execute(token: string): Promise<ProvenUser | null> {
    const parent = await this.resolveToken.execute(token);
    if (parent === null) return null;
    const { claims, grant } = parent;
    return {
      userId: claims.userId,
      generation: claims.generation,
      methods: claims.methods.includes('token') ? claims.methods : [...claims.methods, 'token'],
      notAfter: claims.expiresAt,
      parentAuditId: claims.auditId,
      // A token from an application credential stays bound to it.
      applicationCredential:
        grant.applicationCredential && grant.project
          ? { id: grant.applicationCredential.id, projectId: grant.project.id }
          : null,
      ...(await this.origin(claims)),
    };
  }

  private async origin({
    userId,
    federatedLoginId,
  }: {
    readonly userId: string;
    readonly federatedLoginId: string | null;
  }): Promise<Pick<ProvenUser, 'defaultProjectId' | 'federatedLogin'>> {
    if (federatedLoginId === null) {
      const login = await this.directory.findUser({ id: userId });
      return { defaultProjectId: login?.defaultProjectId ?? null, federatedLogin: null };
    }
    const federatedLogin = await this.federatedLogins.find(federatedLoginId);
    return { defaultProjectId: null, federatedLogin };
  }
}
