import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Forbidden, InvalidRequest } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import type { ApplicationCredential, Microtime, Named } from '../domain/directory.js';
import { mayMakeCredentialsOf, mayReadUser, mayRemoveCredentialsOf } from './identity-access.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { pageAt, type ListRequest } from './list-request.js';
import {
  ApplicationCredentialRepository,
  type ApplicationCredentialFilter,
} from './ports/application-credential.repository.js';
import { AuthorizationReader } from './ports/authorization.reader.js';
import { PasswordHasher } from './ports/password-hasher.js';
import { withImplied } from '../domain/authorization.js';

export interface CreateApplicationCredentialCommand {
  readonly userId: string;
  readonly name: string;
  readonly description: string | null;
  /** Null: one is generated. */
  readonly secret: string | null;
  /** Ids or names; null: all that the caller's token has. */
  readonly roles: readonly ({ readonly id: string } | { readonly name: string })[] | null;
  readonly isUnrestricted: boolean;
  readonly expiresAt: Microtime | null;
}

export interface CreatedApplicationCredential {
  readonly credential: ApplicationCredential;
  /** Shown this once. */
  readonly secret: string;
}

/** Users make, and unmake, secrets of their own for their programs. */
@Injectable()
export class ManageApplicationCredentials {
  constructor(
    @Inject(ApplicationCredentialRepository)
    private readonly credentials: ApplicationCredentialRepository,
    @Inject(AuthorizationReader) private readonly authorizations: AuthorizationReader,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  async list(
    filter: ApplicationCredentialFilter,
    request: ListRequest,
    principal: Principal,
  ): Promise<Page<ApplicationCredential>> {
    if (!mayReadUser(filter.userId, principal)) throw new Forbidden();
    const page = await pageAt(request, (id) => this.credentials.find(filter.userId, id));
    return this.credentials.list(filter, page);
  }

  async show(userId: string, id: string, principal: Principal): Promise<ApplicationCredential> {
    if (!mayReadUser(userId, principal)) throw new Forbidden();
    const credential = await this.credentials.find(userId, id);
    if (credential === null) throw new EntityNotFound('application credential', id);
    return credential;
  }

  /**
   * For the project of the caller's token.
   * @throws Forbidden for somebody else's, and when the caller came in with a restricted credential
   * @throws InvalidRequest for a role that the caller has not, or an end in the past
   */
  async create(
    command: CreateApplicationCredentialCommand,
    principal: Principal,
  ): Promise<CreatedApplicationCredential> {
    const { userId, name, description, isUnrestricted, expiresAt } = command;
    if (!mayMakeCredentialsOf(userId, principal)) throw new Forbidden();
    if (principal.tenantId === null) throw new Forbidden('The token is for no project.');
    if (expiresAt !== null && Date.parse(`${expiresAt}Z`) <= Date.now()) {
      throw new InvalidRequest('The application credential would have expired already.');
    }
    const roles = chosenRoles(command.roles, await this.rolesOf(principal, principal.tenantId));
    const secret = command.secret ?? randomBytes(48).toString('base64url');
    const credential = await this.credentials.add({
      userId,
      projectId: principal.tenantId,
      name,
      description,
      isUnrestricted,
      expiresAt,
      roleIds: roles.map(({ id }) => id),
      secretHash: await this.hasher.hash(secret),
    });
    return { credential, secret };
  }

  /** Tokens from the credential end at once. */
  async remove(userId: string, id: string, principal: Principal): Promise<void> {
    if (!mayRemoveCredentialsOf(userId, principal)) throw new Forbidden();
    await this.credentials.remove(userId, id);
  }

  /** The roles of the caller's token, with their ids. */
  private async rolesOf(principal: Principal, projectId: string): Promise<readonly Named[]> {
    const snapshot = await this.authorizations.read({
      userId: principal.userId,
      scope: { kind: 'project', projectId },
      applicationCredentialId: null,
      federatedLoginId: null,
      token: null,
    });
    const roles = snapshot ? withImplied(snapshot.assignedRoles, snapshot.standardRoles) : [];
    return roles.filter(({ name }) => principal.roles.has(name.toLowerCase()));
  }
}

function chosenRoles(
  wanted: CreateApplicationCredentialCommand['roles'],
  available: readonly Named[],
): readonly Named[] {
  if (wanted === null) return available;
  return wanted.map((ref) => {
    const role = available.find((each) =>
      'id' in ref ? each.id === ref.id : each.name === ref.name,
    );
    if (role === undefined) {
      throw new InvalidRequest('A role of the application credential is not held on the project.');
    }
    return role;
  });
}
