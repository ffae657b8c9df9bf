import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../kernel/principal.js';
import { SigningKeys, type SigningKeyInfo } from './ports/signing-keys.js';

/** Replaces the keys that sign tokens, by hand; by age they are replaced without anybody's doing. */
@Injectable()
export class ManageSigningKeys {
  private readonly logger = new Logger('Identity');

  constructor(@Inject(SigningKeys) private readonly keys: SigningKeys) {}

  list(): Promise<readonly SigningKeyInfo[]> {
    return this.keys.list();
  }

  /** @param forgetOthers ends every token, the caller's too */
  async rotate(forgetOthers: boolean, principal: Principal): Promise<readonly SigningKeyInfo[]> {
    await this.keys.rotate(forgetOthers);
    const { userId } = principal;
    this.logger.warn({ event: 'signing-keys-rotated', userId, forgetOthers });
    return this.keys.list();
  }
}
