import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type {
  SigningKey,
  SigningKeyRepository,
} from '../application/ports/signing-key.repository.js';
import { SigningKeys, type SigningKeyInfo } from '../application/ports/signing-keys.js';
import { EXPIRED_TOKEN_WINDOW_MS } from '../domain/token.js';
import { headerOf, type JwsKey } from './jws.js';

export interface KeyRingOptions {
  /** Mixed into every key, so that the database alone does not suffice to sign; null: nothing is. */
  readonly pepper: string | null;
  /** A key signs for this long, then a new one takes over. */
  readonly keyLifetimeMs: number;
  /** The longest that a token lives: so long a key that no longer signs goes on verifying. */
  readonly tokenLifetimeMs: number;
}

interface Ring {
  /** Newest first, at least one. */
  readonly keys: readonly AgedKey[];
  readonly keysByHeader: ReadonlyMap<string, JwsKey>;
  readonly loadedAt: number;
}

interface AgedKey extends JwsKey {
  readonly createdAt: number;
}

/** For this long a replica may go on signing with a key that another one has replaced. */
const REFRESH_MS = 5000;
/** Tokens with unknown keys cause at most one look at the database in this time. */
const UNKNOWN_KEY_REFRESH_MS = 1000;
/** A new key begins to sign when every replica may have found it by then. */
const SETTLE_MS = 2 * UNKNOWN_KEY_REFRESH_MS;

/** The signing keys as this process knows them; loads, creates and replaces them on need. */
export class SigningKeyRing extends SigningKeys {
  private ring: Ring | null = null;
  private loading: Promise<Ring> | null = null;

  constructor(
    private readonly repository: SigningKeyRepository,
    private readonly options: KeyRingOptions,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  /** The key that signs now: the newest that is known everywhere, or the only one. */
  async signingKey(): Promise<JwsKey> {
    let ring = await this.loadedWithin(REFRESH_MS);
    if (this.age(newestOf(ring)) >= this.options.keyLifetimeMs) {
      await this.rotate(false);
      ring = await this.loadedWithin(REFRESH_MS);
    }
    return this.signing(ring);
  }

  /** The key with this encoded header, or null; a key that another replica made is found at once. */
  async find(header: string): Promise<JwsKey | null> {
    const known = this.ring?.keysByHeader.get(header);
    if (known !== undefined) return known;
    const ring = await this.loadedWithin(UNKNOWN_KEY_REFRESH_MS);
    return ring.keysByHeader.get(header) ?? null;
  }

  override async list(): Promise<readonly SigningKeyInfo[]> {
    const ring = await this.load();
    const { id: signingId } = this.signing(ring);
    return ring.keys.map(({ id, createdAt }) => ({
      id,
      createdAt: new Date(createdAt),
      isSigning: id === signingId,
    }));
  }

  /** Without `forgetOthers`, keys go when no token signed with them could be shown any more. */
  override async rotate(forgetOthers: boolean): Promise<void> {
    const before = await this.load();
    const after = await this.add(newestOf(before).id);
    const { keyLifetimeMs, tokenLifetimeMs } = this.options;
    const usefulMs = keyLifetimeMs + tokenLifetimeMs + EXPIRED_TOKEN_WINDOW_MS;
    const createdBefore = forgetOthers ? null : new Date(this.now() - usefulMs);
    await this.repository.removeExcept(newestOf(after).id, createdBefore);
    await this.load();
  }

  private signing(ring: Ring): AgedKey {
    return ring.keys.find((key) => this.age(key) >= SETTLE_MS) ?? oldestOf(ring);
  }

  private async add(newestSeen: string | null): Promise<Ring> {
    const key = { id: randomBytes(9).toString('base64url'), secret: randomBytes(32) };
    await this.repository.addAfter(newestSeen, key);
    return this.load();
  }

  private loadedWithin(maxAgeMs: number): Promise<Ring> {
    const { ring } = this;
    if (ring !== null && this.now() - ring.loadedAt < maxAgeMs) return Promise.resolve(ring);
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async load(): Promise<Ring> {
    const stored = await this.repository.list();
    if (stored.length === 0) return this.add(null);
    const keys = stored.map((key) => this.usable(key));
    this.ring = {
      keys,
      keysByHeader: new Map(keys.map((key) => [key.header, key])),
      loadedAt: this.now(),
    };
    return this.ring;
  }

  private usable({ id, secret, createdAt }: SigningKey): AgedKey {
    const derived = hkdfSync(
      'sha256',
      secret,
      this.options.pepper ?? '',
      'image-catalog token',
      32,
    );
    return {
      id,
      header: headerOf(id),
      key: createSecretKey(Buffer.from(derived)),
      createdAt: createdAt.getTime(),
    };
  }

  private age(key: AgedKey): number {
    return this.now() - key.createdAt;
  }
}

const newestOf = ({ keys }: Ring): AgedKey => keys[0] as AgedKey;
const oldestOf = ({ keys }: Ring): AgedKey => keys.at(-1) as AgedKey;
