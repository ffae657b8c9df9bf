import { Inject, Injectable } from '@nestjs/common';
import { Unauthenticated } from '../../kernel/errors.js';
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

/** Changes a password for whoever shows the present one, as they could by logging in with it. */
@Injectable()
export class ChangePassword {
  constructor(
    @Inject(UserRepository) private readonly users: UserRepository,
    @Inject(LoginDirectory) private readonly directory: LoginDirectory,
    @Inject(LoginAttempts) private readonly attempts: LoginAttempts,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Ends all tokens of the user.
   * @throws Unauthenticated for a wrong original password or an unknown user, which count as failed log-ins
   */
  async execute(command: ChangePasswordCommand): Promise<void> {
    const { userId, originalPassword, password, address } = command;
    const login = await this.directory.findUser({ id: userId });
    const isRight = await this.attempts.run({ user: userId, address }, async () => {
      const matches = await this.hasher.matches(originalPassword, login?.passwordHash ?? null);
      return matches ? true : null;
    });
    if (isRight === null) throw new Unauthenticated();
    await this.users.change(userId, { passwordHash: await this.hasher.hash(password) });
  }
}
