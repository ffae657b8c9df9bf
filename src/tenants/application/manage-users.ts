import { Inject, Injectable } from '@nestjs/common';
import { Forbidden } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import type { Principal } from '../../kernel/principal.js';
import type { User } from '../domain/directory.js';
import { mayReadUser } from './identity-access.js';
import { EntityNotFound } from '../domain/identity.errors.js';
import { pageAt, type ListRequest } from './list-request.js';
import { PasswordHasher } from './ports/password-hasher.js';
import { UserRepository, type UserFilter } from './ports/user.repository.js';

export type CreateUserCommand = Omit<User, 'id'> & {
  /** Null: the user cannot log in with a password. */
  readonly password: string | null;
};

export type ChangeUserCommand = Partial<Omit<CreateUserCommand, 'domainId' | 'password'>> & {
  readonly password?: string;
};

/** Users: read by whoever may, changed by administrators (`identity:manage`). */
@Injectable()
export class ManageUsers {
  constructor(
    @Inject(UserRepository) private readonly users: UserRepository,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  async list(filter: UserFilter, request: ListRequest): Promise<Page<User>> {
    return this.users.list(filter, await pageAt(request, (id) => this.users.find(id)));
  }

  /** @throws Forbidden before it is known whether there is such a user */
  async show(id: string, principal: Principal): Promise<User> {
    if (!mayReadUser(id, principal)) throw new Forbidden();
    const user = await this.users.find(id);
    if (user === null) throw new EntityNotFound('user', id);
    return user;
  }

  async create({ password, ...user }: CreateUserCommand): Promise<User> {
    const passwordHash = password === null ? null : await this.hasher.hash(password);
    return this.users.add({ ...user, passwordHash });
  }

  /** A new password, and being disabled, end all tokens of the user. */
  async change(id: string, { password, ...changes }: ChangeUserCommand): Promise<User> {
    if (password === undefined) return this.users.change(id, changes);
    const passwordHash = await this.hasher.hash(password);
    return this.users.change(id, { ...changes, passwordHash });
  }

  remove(id: string): Promise<void> {
    return this.users.remove(id);
  }
}
