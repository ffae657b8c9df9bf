import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { Forbidden } from '../../kernel/errors.js';
import type { Principal } from '../../kernel/principal.js';
import { mayMakeCredentialsOf, mayRemoveCredentialsOf } from './identity-access.js';
import { UserRepository } from './ports/user.repository.js';
import { hashApiKey } from './prove-identity.js';

/** 256 bits. */
const KEY_BYTES = 32;

/** The one API key that a user may log in with through version 2.0, beside the password. */
@Injectable()
export class ManageApiKeys {
  constructor(@Inject(UserRepository) private readonly users: UserRepository) {}

  /** @returns the new key, which takes the place of the present one and is shown this once */
  async reset(userId: string, principal: Principal): Promise<string> {
    if (!mayMakeCredentialsOf(userId, principal)) throw new Forbidden();
    const key = randomBytes(KEY_BYTES).toString('hex');
    await this.users.change(userId, { apiKeyHash: hashApiKey(key) });
    return key;
  }

  async remove(userId: string, principal: Principal): Promise<void> {
    if (!mayRemoveCredentialsOf(userId, principal)) throw new Forbidden();
    await this.users.change(userId, { apiKeyHash: null });
  }
}
