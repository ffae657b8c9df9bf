import type { Page } from '../../../kernel/page.js';
import type { TokenDenial } from '../../domain/denied-token.js';

export interface DenialPageRequest {
  readonly limit: number;
  /** Id of the last entry of the page before. */
  readonly after: string | null;
}

/** Port: the deny list of bearer tokens. */
export abstract class TokenDenialRepository {
  /** In the order of their ids. */
  abstract list(request: DenialPageRequest): Promise<Page<TokenDenial>>;
  /** All of them, for looking tokens up. */
  abstract all(): Promise<readonly Pick<TokenDenial, 'issuer' | 'tokens'>[]>;
  abstract add(denial: Pick<TokenDenial, 'issuer' | 'tokens'>): Promise<TokenDenial>;
  /** @returns whether there was one */
  abstract remove(id: string): Promise<boolean>;
}
