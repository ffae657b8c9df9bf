import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { TokenCodec } from '../application/ports/token-codec.js';
import type { SignedClaims, TokenClaims } from '../domain/token.js';
import { jwsHeader, signJws, verifyJws } from './jws.js';
import type { SigningKeyRing } from './signing-key-ring.js';
import { fromPayload, toPayload } from './token-payload.js';

/** Ours stay below; anything longer is somebody else's. */
const MAX_TOKEN_LENGTH = 1024;
const REMEMBERED_TOKENS = 10_000;

/** Tokens as compact JWS. Verified ones are remembered under their SHA-256, never as they are. */
export class JwsTokenCodec extends TokenCodec {
  private readonly verified = new LRUCache<string, SignedClaims>({ max: REMEMBERED_TOKENS });

  constructor(private readonly keys: SigningKeyRing) {
    super();
  }

  override async encode(claims: TokenClaims): Promise<string> {
    return signJws(toPayload(claims), await this.keys.signingKey());
  }

  override async decode(token: string): Promise<SignedClaims | null> {
    if (token.length > MAX_TOKEN_LENGTH) return null;
    const digest = hash('sha256', token, 'base64');
    const known = this.verified.get(digest);
    if (known !== undefined) return known;
    const claims = await this.verify(token);
    if (claims !== null) this.verified.set(digest, claims);
    return claims;
  }

  private async verify(token: string): Promise<SignedClaims | null> {
    const header = jwsHeader(token);
    const key = header === null ? null : await this.keys.find(header);
    const payload = key === null ? null : verifyJws(token, key);
    return key === null || payload === null ? null : { ...fromPayload(payload), keyId: key.id };
  }
}
