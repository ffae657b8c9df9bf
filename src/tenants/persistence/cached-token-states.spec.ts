import { describe, expect, it } from '@jest/globals';
import { IdentityEpoch } from '../application/identity-epoch.js';
import type { AuthorizationReader } from '../application/ports/authorization.reader.js';
import type { AuthorizationSnapshot } from '../domain/authorization.js';
import type { SignedClaims } from '../domain/token.js';
import { CachedTokenStates } from './cached-token-states.js';

const aToken = (auditId = 'audit-id'): SignedClaims => ({
  auditId,
  parentAuditId: null,
  userId: 'u1',
  generation: 1,
  scope: { kind: 'unscoped' },
  methods: ['password'],
  applicationCredentialId: null,
  federatedLoginId: null,
  issuedAt: new Date(0),
  expiresAt: new Date(3_600_000),
  keyId: 'k1',
});

/** A database whose answers arrive when the test says so. */
function aCache() {
  const pending: ((failure?: Error) => void)[] = [];
  const reader: AuthorizationReader = {
    read: () =>
      new Promise((resolve, reject) => {
        pending.push((failure) => {
          if (failure) reject(failure);
          else resolve({} as AuthorizationSnapshot);
        });
      }),
  };
  const clock = { now: 0 };
  const epoch = new IdentityEpoch();
  const states = new CachedTokenStates(reader, epoch, () => clock.now);
  return { clock, epoch, states, pending };
}

async function read({ states, pending }: ReturnType<typeof aCache>, token = aToken()) {
  const before = pending.length;
  const state = states.of(token);
  if (pending.length > before) pending.at(-1)?.();
  return state;
}

describe('the state behind a token', () => {
  it('is read once for all who ask at the same time', async () => {
    const cache = aCache();
    const all = Promise.all([1, 2, 3].map(() => cache.states.of(aToken())));
    expect(cache.pending).toHaveLength(1);
    cache.pending[0]?.();
    const [first, second, third] = await all;
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  it('is remembered for less than five seconds', async () => {
    const cache = aCache();
    const first = await read(cache);
    cache.clock.now = 4999;
    expect(await read(cache)).toBe(first);
    cache.clock.now = 5000;
    expect(await read(cache)).not.toBe(first);
  });

  it('counts its age from the question, not from a late answer', async () => {
    const cache = aCache();
    const slow = cache.states.of(aToken());
    cache.clock.now = 5000;
    cache.pending[0]?.();
    const old = await slow;
    expect(await read(cache)).not.toBe(old);
  });

  it('is read again after any change that this process makes', async () => {
    const cache = aCache();
    const first = await read(cache);
    cache.epoch.advance();
    expect(await read(cache)).not.toBe(first);
  });

  it('is not taken from a question that was under way when the change was made', async () => {
    const cache = aCache();
    const before = cache.states.of(aToken());
    cache.epoch.advance();
    const after = cache.states.of(aToken());
    expect(cache.pending).toHaveLength(2);
    for (const answer of cache.pending.toReversed()) answer();
    expect(await before).not.toBe(await after);
    expect(await cache.states.of(aToken())).toBe(await after);
  });

  it('is kept apart for each token', async () => {
    const cache = aCache();
    expect(await read(cache, aToken('one'))).not.toBe(await read(cache, aToken('two')));
  });

  it('is asked for again after a failure, which is told to all who waited', async () => {
    const cache = aCache();
    const waiting = [cache.states.of(aToken()), cache.states.of(aToken())];
    cache.pending[0]?.(new Error('down'));
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(read(cache)).resolves.toBeDefined();
  });
});
