/** Which bearer tokens of an issuer: one by its claim `jti`, or those of a user (`sub`) until a moment of issue (`iat`). */
export type DeniedTokens =
  { readonly tokenId: string } | { readonly subject: string; readonly issuedUntil: Date };

/** An entry of the deny list. It counts until it is taken away: nobody knows how long such tokens live. */
export interface TokenDenial {
  readonly id: string;
  readonly issuer: string;
  readonly tokens: DeniedTokens;
  readonly createdAt: Date;
}

interface Issued {
  readonly issuer: string;
  readonly subject: string | null;
  readonly tokenId: string | null;
  readonly issuedAt: Date | null;
}

/** The deny list as one look-up each for a token's id and its user. */
export class DenyList {
  private readonly tokenIds = new Set<string>();
  private readonly untilBySubject = new Map<string, Date>();

  constructor(denials: readonly Pick<TokenDenial, 'issuer' | 'tokens'>[]) {
    for (const { issuer, tokens } of denials) {
      if ('tokenId' in tokens) {
        this.tokenIds.add(keyOf(issuer, tokens.tokenId));
        continue;
      }
      const key = keyOf(issuer, tokens.subject);
      const other = this.untilBySubject.get(key);
      if (other === undefined || other < tokens.issuedUntil) {
        this.untilBySubject.set(key, tokens.issuedUntil);
      }
    }
  }

  /** A token that does not say when it was issued may be as old as any. */
  has({ issuer, subject, tokenId, issuedAt }: Issued): boolean {
    if (tokenId !== null && this.tokenIds.has(keyOf(issuer, tokenId))) return true;
    const until = subject === null ? undefined : this.untilBySubject.get(keyOf(issuer, subject));
    return until !== undefined && (issuedAt === null || issuedAt <= until);
  }
}

const keyOf = (issuer: string, name: string): string => JSON.stringify([issuer, name]);
