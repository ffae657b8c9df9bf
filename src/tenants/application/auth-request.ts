import type { DomainRef, EntityRef } from '../domain/directory.js';
import type { ApplicationCredentialRef } from './ports/login-directory.js';
import type { FederatedLogin } from '../domain/federated-login.js';
import type { TokenMethod } from '../domain/token.js';

/** What a caller offers as proof of identity. */
export type Proof =
  | { readonly method: 'password'; readonly user: EntityRef; readonly password: string }
  | { readonly method: 'token'; readonly token: string }
  | {
      readonly method: 'application_credential';
      readonly credential: ApplicationCredentialRef;
      readonly secret: string;
    }
  | { readonly method: 'api_key'; readonly user: EntityRef; readonly apiKey: string };

/** What the caller wants the token to be valid for. */
export type ScopeRequest =
  /** Nothing was said: the user's default project, else none. */
  | { readonly kind: 'default' }
  /** Version 2.0: the same, but a user's only project will do as well. */
  | { readonly kind: 'default-or-only-project' }
  | { readonly kind: 'unscoped' }
  | { readonly kind: 'project'; readonly project: EntityRef }
  | { readonly kind: 'domain'; readonly domain: DomainRef }
  | { readonly kind: 'system' };

export interface AuthRequest {
  /** At least one; all must hold and speak of the same user. */
  readonly proofs: readonly Proof[];
  readonly scope: ScopeRequest;
  /** Where the request came from. */
  readonly address: string;
}

/** Somebody whose proofs all hold. */
export interface ProvenUser {
  readonly userId: string;
  readonly generation: number;
  readonly defaultProjectId: string | null;
  readonly methods: readonly TokenMethod[];
  /** What the new token may not outlive: the parent token, the application credential. */
  readonly notAfter: Date | null;
  readonly parentAuditId: string | null;
  readonly applicationCredential: { readonly id: string; readonly projectId: string } | null;
  /** Null for users of the embedded identity itself. */
  readonly federatedLogin: FederatedLogin | null;
}
