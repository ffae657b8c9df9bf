import { describe, expect, it } from '@jest/globals';
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type {
  SigningKey,
  SigningKeyRepository,
} from '../application/ports/signing-key.repository.js';
import type { TokenClaims } from '../domain/token.js';
import { JwsTokenCodec } from './jws-token-codec.js';
import { SigningKeyRing, type KeyRingOptions } from './signing-key-ring.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22);

class MemoryKeys implements SigningKeyRepository {
  keys: SigningKey[] = [];
  reads = 0;

  constructor(private readonly clock: { now: number }) {}

  list(): Promise<readonly SigningKey[]> {
    this.reads += 1;
    return Promise.resolve([...this.keys]);
  }

  addAfter(newestSeen: string | null, key: Pick<SigningKey, 'id' | 'secret'>): Promise<void> {
    if ((this.keys[0]?.id ?? null) === newestSeen) {
      this.keys = [{ ...key, createdAt: new Date(this.clock.now) }, ...this.keys];
    }
    return Promise.resolve();
  }

  removeExcept(id: string, createdBefore: Date | null): Promise<void> {
    this.keys = this.keys.filter(
      (key) => key.id === id || (createdBefore !== null && key.createdAt >= createdBefore),
    );
    return Promise.resolve();
  }
}

function aService(options: Partial<KeyRingOptions> = {}) {
  const clock = { now: START };
  const keys = new MemoryKeys(clock);
  const replica = () => {
    const ring = new SigningKeyRing(
      keys,
      { pepper: null, keyLifetimeMs: 720 * HOUR, tokenLifetimeMs: HOUR, ...options },
      () => clock.now,
    );
    return { ring, codec: new JwsTokenCodec(ring) };
  };
  return { clock, keys, replica, ...replica() };
}

const claims: TokenClaims = {
  auditId: 'SWZnI0-sSAG6rjsEAvbRgA',
  parentAuditId: 'parentparentparent0000',
  userId: 'a'.repeat(32),
  generation: 3,
  scope: { kind: 'project', projectId: 'b'.repeat(32) },
  methods: ['password', 'token'],
  applicationCredentialId: 'c'.repeat(32),
  federatedLoginId: 'd'.repeat(32),
  issuedAt: new Date(START + 123),
  expiresAt: new Date(START + 123 + HOUR),
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (token: string) => token.split('.') as [string, string, string];

describe('a signed token', () => {
  it('gives back every claim to the millisecond', async () => {
    const { codec, keys } = aService();
    const decoded = await codec.decode(await codec.encode(claims));
    expect(decoded).toEqual({ ...claims, keyId: keys.keys[0]?.id });
  });

  it.each([
    { kind: 'unscoped' } as const,
    { kind: 'system' } as const,
    { kind: 'domain', domainId: 'default' } as const,
  ])('keeps the scope $kind', async (scope) => {
    const { codec } = aService();
    const decoded = await codec.decode(await codec.encode({ ...claims, scope }));
    expect(decoded?.scope).toEqual(scope);
  });

  it('is URL-safe and shorter than 1024 characters with everything in it', async () => {
    const token = await aService().codec.encode(claims);
    expect(token).toMatch(/^[\w.-]+$/);
    expect(token.length).toBeLessThan(1024);
  });
});

describe('a forged token is refused', () => {
  it('with any single character changed', async () => {
    const { codec, replica } = aService();
    const token = await codec.encode(claims);
    const { codec: other } = replica();
    for (let index = 0; index < token.length; index += 1) {
      const changed = token[index] === 'A' ? 'B' : 'A';
      const forged = token.slice(0, index) + changed + token.slice(index + 1);
      expect(await other.decode(forged)).toBeNull();
    }
  });

  it('with every other spelling of the same signature bits', async () => {
    const { codec } = aService();
    const token = await codec.encode(claims);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const accepted: string[] = [];
    for (const last of alphabet) {
      if (await codec.decode(token.slice(0, -1) + last)) accepted.push(last);
    }
    expect(accepted).toEqual([token.at(-1)]);
  });

  it('with another payload under the old signature', async () => {
    const { codec } = aService();
    const [header, payload, signature] = partsOf(await codec.encode(claims));
    const decoded = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const forged = encode({ ...decoded, sub: 'f'.repeat(32) });
    expect(await codec.decode(`${header}.${forged}.${signature}`)).toBeNull();
  });

  it.each(['none', 'None', 'HS384', 'RS256', 'EdDSA'])('with the algorithm %s', async (alg) => {
    const { codec, keys } = aService();
    const [, payload, signature] = partsOf(await codec.encode(claims));
    const header = encode({ alg, kid: keys.keys[0]?.id, typ: 'JWT' });
    expect(await codec.decode(`${header}.${payload}.${signature}`)).toBeNull();
    expect(await codec.decode(`${header}.${payload}.`)).toBeNull();
    expect(await codec.decode(`${header}.${payload}`)).toBeNull();
  });

  it('when signed with the public parts instead of the key', async () => {
    const { codec, keys } = aService();
    const [header, payload] = partsOf(await codec.encode(claims));
    for (const guess of ['', keys.keys[0]?.id ?? '', header]) {
      const signature = createHmac('sha256', guess).update(`${header}.${payload}`).digest();
      const forged = `${header}.${payload}.${signature.toString('base64url')}`;
      expect(await codec.decode(forged)).toBeNull();
    }
  });

  it('when signed with an asymmetric key of its own', async () => {
    const { codec } = aService();
    const [, payload] = partsOf(await codec.encode(claims));
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    const header = encode({ alg: 'EdDSA', typ: 'JWT', jwk });
    const signature = sign(null, Buffer.from(`${header}.${payload}`), privateKey);
    expect(
      await codec.decode(`${header}.${payload}.${signature.toString('base64url')}`),
    ).toBeNull();
  });

  it('when another installation signed it', async () => {
    const token = await aService().codec.encode(claims);
    expect(await aService().codec.decode(token)).toBeNull();
  });

  it('when only the database is known, but not the secret of the installation', async () => {
    const service = aService({ pepper: 'correct horse battery staple' });
    const thief = new SigningKeyRing(
      service.keys,
      { pepper: null, keyLifetimeMs: 720 * HOUR, tokenLifetimeMs: HOUR },
      () => service.clock.now,
    );
    await service.codec.encode(claims);
    const forged = await new JwsTokenCodec(thief).encode(claims);
    expect(await service.codec.decode(forged)).toBeNull();
  });

  it.each(['', '.', '..', 'a.b.c', 'gAAAAABl', `${'a'.repeat(500)}.${'b'.repeat(600)}.c`])(
    'when it has not the form of a token: %p',
    async (text) => {
      expect(await aService().codec.decode(text)).toBeNull();
    },
  );
});

describe('signing keys', () => {
  it('are rotated without ending the tokens of the old key', async () => {
    const { codec, ring, keys, clock } = aService();
    const before = await codec.encode(claims);
    await ring.rotate(false);
    clock.now += 2000;
    const after = await codec.encode(claims);
    expect(keys.keys).toHaveLength(2);
    expect(partsOf(after)[0]).not.toBe(partsOf(before)[0]);
    expect(await codec.decode(before)).not.toBeNull();
    expect(await codec.decode(after)).not.toBeNull();
  });

  it('made by another replica are known here before they sign there', async () => {
    const { codec, replica, clock } = aService();
    const other = replica();
    await codec.encode(claims);
    await other.ring.rotate(false);
    for (const elapsedMs of [0, 500, 500, 500, 500, 500]) {
      clock.now += elapsedMs;
      const token = await other.codec.encode(claims);
      expect(await codec.decode(token)).not.toBeNull();
    }
  });

  it('end every older token when the old ones are forgotten', async () => {
    const { codec, ring, replica } = aService();
    const before = await codec.encode(claims);
    await ring.rotate(true);
    expect(await replica().codec.decode(before)).toBeNull();
  });

  it('are replaced by age, and dropped when no token of theirs can be shown any more', async () => {
    const { codec, keys, clock } = aService({ keyLifetimeMs: 24 * HOUR });
    const first = await codec.encode(claims);
    clock.now += 24 * HOUR;
    await codec.encode(claims);
    clock.now += 2000;
    const second = await codec.encode(claims);
    expect(partsOf(second)[0]).not.toBe(partsOf(first)[0]);
    clock.now += 24 * HOUR;
    await codec.encode(claims);
    expect(keys.keys).toHaveLength(3);
    clock.now += 25 * HOUR;
    await codec.encode(claims);
    expect(keys.keys).toHaveLength(3);
  });

  it('are created once when several replicas start together', async () => {
    const { replica, keys } = aService();
    const tokens = await Promise.all([1, 2, 3].map(() => replica().codec.encode(claims)));
    expect(keys.keys).toHaveLength(1);
    expect(new Set(tokens).size).toBe(1);
  });

  it('cause no storm of look-ups when tokens name unknown keys', async () => {
    const { codec, keys } = aService();
    const [, payload, signature] = partsOf(await codec.encode(claims));
    const before = keys.reads;
    await Promise.all(
      Array.from({ length: 200 }, () => {
        const header = encode({ alg: 'HS256', kid: randomBytes(9).toString('hex'), typ: 'JWT' });
        return codec.decode(`${header}.${payload}.${signature}`);
      }),
    );
    expect(keys.reads - before).toBeLessThanOrEqual(1);
  });
});
