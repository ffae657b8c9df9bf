import type { ChangePasswordCommand } from '../application/change-password.js';
import type { ChangeUserCommand, CreateUserCommand } from '../application/manage-users.js';
import { DEFAULT_DOMAIN_ID } from '../domain/directory.js';
import {
  Envelope,
  Name,
  OptionalFlag,
  OptionalId,
  OptionalName,
  OptionalPassword,
  OptionalText,
  Password,
} from './fields.js';
import { given } from './list-query.js';

class CreateUser {
  @Name() readonly name!: string;
  @OptionalPassword() readonly password?: string | null;
  @OptionalId() readonly domain_id?: string | null;
  @OptionalId() readonly default_project_id?: string | null;
  @OptionalText(255) readonly email?: string | null;
  @OptionalText() readonly description?: string | null;
  @OptionalFlag() readonly enabled?: boolean | null;
}

class ChangeUser {
  @OptionalName() readonly name?: string | null;
  @OptionalPassword() readonly password?: string | null;
  @OptionalId() readonly default_project_id?: string | null;
  @OptionalText(255) readonly email?: string | null;
  @OptionalText() readonly description?: string | null;
  @OptionalFlag() readonly enabled?: boolean | null;
}

class NewPassword {
  @Password() readonly original_password!: string;
  @Password() readonly password!: string;
}

export class CreateUserRequest {
  @Envelope(() => CreateUser) readonly user!: CreateUser;
}

export class ChangeUserRequest {
  @Envelope(() => ChangeUser) readonly user!: ChangeUser;
}

export class ChangePasswordRequest {
  @Envelope(() => NewPassword) readonly user!: NewPassword;
}

export function toNewUser({ user }: CreateUserRequest): CreateUserCommand {
  return {
    name: user.name,
    password: user.password ?? null,
    domainId: user.domain_id ?? DEFAULT_DOMAIN_ID,
    defaultProjectId: user.default_project_id ?? null,
    email: user.email ?? null,
    description: user.description ?? null,
    isEnabled: user.enabled ?? true,
  };
}

/** Null takes an optional value away; a name, a password and the state cannot be taken away. */
export function toUserChanges({ user }: ChangeUserRequest): ChangeUserCommand {
  return given({
    name: user.name ?? undefined,
    password: user.password ?? undefined,
    defaultProjectId: user.default_project_id,
    email: user.email,
    description: user.description,
    isEnabled: user.enabled ?? undefined,
  });
}

export function toPasswordChange(
  { user }: ChangePasswordRequest,
  userId: string,
  address: string,
): ChangePasswordCommand {
  return { userId, originalPassword: user.original_password, password: user.password, address };
}
