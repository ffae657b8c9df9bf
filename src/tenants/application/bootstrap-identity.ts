import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { BootstrapStore } from './ports/bootstrap.store.js';
import { PasswordHasher } from './ports/password-hasher.js';

export interface BootstrapOptions {
  /** Null: keep the present one, or generate one for a new administrator. */
  readonly adminPassword: string | null;
}

export interface BootstrapResult {
  /** For the operator to see once; null unless this call created the administrator with it. */
  readonly generatedPassword: string | null;
}

/**
 * Gives the identity what it cannot work without, and an administrator to log in with. Idempotent, and
 * safe while other replicas do the same. An existing administrator is touched only when a password is
 * given: that is how an operator who is locked out gets back in.
 */
@Injectable()
export class BootstrapIdentity {
  constructor(
    @Inject(BootstrapStore) private readonly store: BootstrapStore,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {}

  async execute({ adminPassword }: BootstrapOptions): Promise<BootstrapResult> {
    await this.store.ensureFoundation();
    if ((await this.store.findAdmin()) === null) {
      const password = adminPassword ?? randomBytes(18).toString('base64url');
      const isNew = await this.store.createAdmin(await this.hasher.hash(password));
      if (isNew) return { generatedPassword: adminPassword === null ? password : null };
    }
    if (adminPassword !== null) await this.restore(adminPassword);
    return { generatedPassword: null };
  }

  private async restore(password: string): Promise<void> {
    const admin = await this.store.findAdmin();
    if (admin === null) return;
    const isKnown = await this.hasher.matches(password, admin.passwordHash);
    await this.store.restoreAdmin(admin.id, isKnown ? null : await this.hasher.hash(password));
  }
}
