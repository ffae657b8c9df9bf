import { InvalidRequest } from '../../kernel/errors.js';
import type { RoleChanges } from '../application/ports/role.repository.js';
import type { Role } from '../domain/directory.js';
import { Envelope, Name, OptionalId, OptionalName, OptionalText } from './fields.js';
import { given } from './list-query.js';

class CreateRole {
  @Name() readonly name!: string;
  @OptionalText() readonly description?: string | null;
  @OptionalId() readonly domain_id?: string | null;
}

class ChangeRole {
  @OptionalName() readonly name?: string | null;
  @OptionalText() readonly description?: string | null;
}

export class CreateRoleRequest {
  @Envelope(() => CreateRole) readonly role!: CreateRole;
}

export class ChangeRoleRequest {
  @Envelope(() => ChangeRole) readonly role!: ChangeRole;
}

/** @throws InvalidRequest for a role of a domain: roles are the same everywhere */
export function toNewRole({ role }: CreateRoleRequest): Pick<Role, 'name' | 'description'> {
  if ((role.domain_id ?? null) !== null) {
    throw new InvalidRequest('Roles belong to no domain.');
  }
  return { name: role.name, description: role.description ?? null };
}

export function toRoleChanges({ role }: ChangeRoleRequest): RoleChanges {
  return given({ name: role.name ?? undefined, description: role.description });
}
