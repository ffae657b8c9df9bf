import type { UserLogin } from './login-directory.js';

/** Port: writes what an empty identity begins with. Several replicas may do so at once. */
export abstract class BootstrapStore {
  /** The default domain, the built-in roles and the project `admin`, as far as they are missing. */
  abstract ensureFoundation(): Promise<void>;

  abstract findAdmin(): Promise<Pick<UserLogin, 'id' | 'passwordHash'> | null>;

  /**
   * The user `admin` with the role `admin` on its project and on the system, or nothing of it.
   * @returns false when there is one already
   */
  abstract createAdmin(passwordHash: string): Promise<boolean>;

  /** Enables the user, gives back the roles, and sets the password if one is given (ending all tokens). */
  abstract restoreAdmin(userId: string, passwordHash: string | null): Promise<void>;
}
