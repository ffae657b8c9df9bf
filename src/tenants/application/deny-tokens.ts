import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest, NotFound, quote } from '../../kernel/errors.js';
import type { Page } from '../../kernel/page.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { TokenDenial } from '../domain/denied-token.js';
import { TokenDenialRepository, type DenialPageRequest } from './ports/token-denial.repository.js';

/** Ends bearer tokens before their time, and tokens of the embedded identity that were got with them. */
@Injectable()
export class DenyTokens {
  constructor(
    @Inject(TokenDenialRepository) private readonly denials: TokenDenialRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  list(request: DenialPageRequest): Promise<Page<TokenDenial>> {
    return this.denials.list(request);
  }

  /** @throws InvalidRequest for an issuer whose tokens are not accepted anyway */
  deny(denial: Pick<TokenDenial, 'issuer' | 'tokens'>): Promise<TokenDenial> {
    if (!this.config.auth.oidc.some(({ issuer }) => issuer === denial.issuer)) {
      throw new InvalidRequest(`No issuer ${quote(denial.issuer)} is configured.`);
    }
    return this.denials.add(denial);
  }

  /** Accepts those tokens again. */
  async remove(id: string): Promise<void> {
    if (!(await this.denials.remove(id))) throw new NotFound(`No denial ${quote(id)} was found.`);
  }
}
