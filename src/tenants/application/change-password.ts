import { Inject, Injectable } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { LoginAttempts } from './ports/login-attempts.js';
import { LoginDirectory } from './ports/login-directory.js';
import { PasswordHasher } from './ports/password-hasher.js';
import { UserRepository } from './ports/user.repository.js';

export interface ChangePasswordCommand {
  readonly userId: string;
  readonly originalPassword: string;
  readonly password: string;
  /** Where the request came from. */
  readonly address: string;
}

/** Users change their own password by showing the present one. */
@Injectable()
export class ChangePassword {
  constructor(
    @Inject(UserRepository) private readonly users: UserRepository,
    @Inject(LoginDirectory) private readonly directory: LoginDirectory,
    @Inject(LoginAttempts) private readonly attempts: LoginAttempts,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Ends all tokens of the user, the present one too.
   * @throws Unauthenticated for a wrong original password, which counts as a failed log-in
   */
  async execute(command: ChangePasswordCommand, principal: Principal): Promise<void> {
    const { userId, originalPassword, password, address } = command;
    if (principal.userId !== userId || principal.isRestricted === true) throw new Forbidden();
    const login = await this.directory.findUser({ id: userId });
    const isRight = await this.attempts.run({ user: userId, address }, async () => {
      const matches = await this.hasher.matches(originalPassword, login?.passwordHash ?? null);
      return matches ? true : null;
    });
    if (isRight === null) throw new Unauthenticated();
    await this.users.change(userId, { passwordHash: await this.hasher.hash(password) });
  }
}
