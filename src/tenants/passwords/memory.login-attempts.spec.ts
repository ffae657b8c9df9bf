import { describe, expect, it } from '@jest/globals';
import { TooManyAttempts } from '../domain/identity.errors.js';
import { MemoryLoginAttempts } from './memory.login-attempts.js';

const MINUTE = 60_000;
const REMOTE = '203.0.113.7';

function aLimiter(concurrency = 4) {
  const clock = { now: 0 };
  const limits = { failuresPerUser: 2, failuresPerAddress: 5, windowMs: MINUTE, concurrency };
  return { clock, attempts: new MemoryLoginAttempts(limits, () => clock.now) };
}

const wrong = () => Promise.resolve(null);
const right = () => Promise.resolve('welcome');

async function fail(attempts: MemoryLoginAttempts, times: number, address = REMOTE, user = 'ann') {
  for (let time = 0; time < times; time += 1) await attempts.run({ user, address }, wrong);
}

describe('log-in attempts', () => {
  it('refuse the user from that address after too many failures, even with the right password', async () => {
    const { attempts } = aLimiter();
    await fail(attempts, 2);
    await expect(attempts.run({ user: 'ann', address: REMOTE }, right)).rejects.toThrow(
      TooManyAttempts,
    );
  });

  it('say when to come back', async () => {
    const { attempts, clock } = aLimiter();
    await fail(attempts, 2);
    clock.now += 20_500;
    await expect(attempts.run({ user: 'ann', address: REMOTE }, right)).rejects.toMatchObject({
      headers: { 'Retry-After': '40' },
    });
  });

  it('admit the user again when the window is over', async () => {
    const { attempts, clock } = aLimiter();
    await fail(attempts, 2);
    clock.now += MINUTE;
    expect(await attempts.run({ user: 'ann', address: REMOTE }, right)).toBe('welcome');
  });

  it('leave the user alone at other addresses, and other users at that address', async () => {
    const { attempts } = aLimiter();
    await fail(attempts, 2);
    expect(await attempts.run({ user: 'ann', address: '203.0.113.8' }, right)).toBe('welcome');
    expect(await attempts.run({ user: 'bob', address: REMOTE }, right)).toBe('welcome');
  });

  it('refuse an address that guesses at many users', async () => {
    const { attempts } = aLimiter();
    for (const user of ['a', 'b', 'c', 'd', 'e']) await fail(attempts, 1, REMOTE, user);
    await expect(attempts.run({ user: 'f', address: REMOTE }, right)).rejects.toThrow(
      TooManyAttempts,
    );
  });

  it('forget the failures of a user who gets in', async () => {
    const { attempts } = aLimiter();
    await fail(attempts, 1);
    await attempts.run({ user: 'ann', address: REMOTE }, right);
    await fail(attempts, 1);
    expect(await attempts.run({ user: 'ann', address: REMOTE }, right)).toBe('welcome');
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])(
    'are counted more generously from %s',
    async (address) => {
      const { attempts } = aLimiter();
      await fail(attempts, 99, address);
      expect(await attempts.run({ user: 'ann', address }, right)).toBe('welcome');
    },
  );

  it('cannot slip past the limit by being sent all at once', async () => {
    const { attempts } = aLimiter(1);
    const ran: number[] = [];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        attempts.run({ user: 'ann', address: REMOTE }, () => {
          ran.push(index);
          return Promise.resolve(null);
        }),
      ),
    );
    expect(ran).toHaveLength(2);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(18);
  });

  it('run only so many at the same time', async () => {
    const { attempts } = aLimiter(3);
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        attempts.run({ user: `user ${index}`, address: `10.0.0.${index}` }, async () => {
          running += 1;
          most = Math.max(most, running);
          await Promise.resolve();
          running -= 1;
          return 'welcome';
        }),
      ),
    );
    expect(most).toBe(3);
  });

  it('give the turn on when an attempt breaks', async () => {
    const { attempts } = aLimiter(1);
    const broken = attempts.run({ user: 'ann', address: REMOTE }, () =>
      Promise.reject(new Error('database')),
    );
    const next = attempts.run({ user: 'bob', address: REMOTE }, right);
    await expect(broken).rejects.toThrow('database');
    expect(await next).toBe('welcome');
  });
});
