import { Inject, Injectable } from '@nestjs/common';
import {
  LoginDirectory,
  type ApplicationCredentialLogin,
  type ApplicationCredentialRef,
  type UserLogin,
} from '../application/ports/login-directory.js';
import type { DomainRef, EntityRef } from '../domain/directory.js';
import { IdentityStore } from './identity-store.js';

interface UserRow {
  readonly id: string;
  readonly is_enabled: boolean;
  readonly password_hash: string | null;
  readonly api_key_hash: string | null;
  readonly token_generation: number;
  readonly default_project_id: string | null;
}

interface CredentialRow {
  readonly id: string;
  readonly secret_hash: string;
  readonly project_id: string;
  readonly expires_at: Date | null;
  readonly user_id: string;
  readonly is_enabled: boolean;
  readonly token_generation: number;
}

/** How a statement selects an entity `e`, whose domain is `d`. `name` tells the variants apart. */
interface Selection {
  readonly name: string;
  readonly condition: string;
  readonly values: readonly string[];
}

@Injectable()
export class SqlLoginDirectory extends LoginDirectory {
  constructor(@Inject(IdentityStore) private readonly store: IdentityStore) {
    super();
  }

  override async findUser(ref: EntityRef): Promise<UserLogin | null> {
    const { name, condition, values } = selectionOf(ref);
    const [row] = await this.store.read<UserRow>({
      name: `identity-login-user-${name}`,
      text: `SELECT e.id, e.enabled AND d.enabled AS is_enabled, e.password_hash, e.api_key_hash,
          e.token_generation, e.default_project_id
        FROM identity_users e JOIN identity_domains d ON d.id = e.domain_id WHERE ${condition}`,
      values,
    });
    return row === undefined ? null : toUserLogin(row);
  }

  override async findApplicationCredential(
    ref: ApplicationCredentialRef,
  ): Promise<ApplicationCredentialLogin | null> {
    const { name, condition, values } =
      'id' in ref
        ? { name: 'id', condition: 'c.id = $1', values: [ref.id] }
        : withCredentialName(selectionOf(ref.user), ref.name);
    const [row] = await this.store.read<CredentialRow>({
      name: `identity-login-credential-${name}`,
      text: `SELECT c.id, c.secret_hash, c.project_id, c.expires_at, c.user_id,
          e.enabled AND d.enabled AS is_enabled, e.token_generation
        FROM identity_application_credentials c JOIN identity_users e ON e.id = c.user_id
          JOIN identity_domains d ON d.id = e.domain_id WHERE ${condition}`,
      values,
    });
    return row === undefined ? null : toCredentialLogin(row);
  }

  override async findProjectId(ref: EntityRef): Promise<string | null> {
    const { name, condition, values } = selectionOf(ref);
    const [row] = await this.store.read<{ id: string }>({
      name: `identity-login-project-${name}`,
      text: `SELECT e.id FROM identity_projects e JOIN identity_domains d ON d.id = e.domain_id
        WHERE ${condition}`,
      values,
    });
    return row?.id ?? null;
  }

  override async findOnlyProjectId(userId: string): Promise<string | null> {
    const rows = await this.store.read<{ project_id: string }>({
      name: 'identity-login-only-project',
      text: `SELECT DISTINCT project_id FROM identity_role_assignments
        WHERE user_id = $1 AND project_id IS NOT NULL LIMIT 2`,
      values: [userId],
    });
    return rows.length === 1 ? (rows[0]?.project_id ?? null) : null;
  }

  override async findDomainId(ref: DomainRef): Promise<string | null> {
    const [column, value] = 'id' in ref ? ['id', ref.id] : ['name', ref.name];
    const [row] = await this.store.read<{ id: string }>({
      name: `identity-login-domain-${column}`,
      text: `SELECT id FROM identity_domains WHERE ${column} = $1`,
      values: [value],
    });
    return row?.id ?? null;
  }
}

function selectionOf(ref: EntityRef): Selection {
  if ('id' in ref) return { name: 'id', condition: 'e.id = $1', values: [ref.id] };
  return 'id' in ref.domain
    ? {
        name: 'name-domain-id',
        condition: 'e.name = $1 AND e.domain_id = $2',
        values: [ref.name, ref.domain.id],
      }
    : {
        name: 'name-domain-name',
        condition: 'e.name = $1 AND d.name = $2',
        values: [ref.name, ref.domain.name],
      };
}

function withCredentialName(user: Selection, credentialName: string): Selection {
  const values = [...user.values, credentialName];
  return {
    name: `name-user-${user.name}`,
    condition: `${user.condition} AND c.name = $${values.length}`,
    values,
  };
}

const toUserLogin = (row: UserRow): UserLogin => ({
  id: row.id,
  isEnabled: row.is_enabled,
  passwordHash: row.password_hash,
  apiKeyHash: row.api_key_hash,
  generation: row.token_generation,
  defaultProjectId: row.default_project_id,
});

const toCredentialLogin = (row: CredentialRow): ApplicationCredentialLogin => ({
  id: row.id,
  secretHash: row.secret_hash,
  projectId: row.project_id,
  expiresAt: row.expires_at,
  user: { id: row.user_id, isEnabled: row.is_enabled, generation: row.token_generation },
});
