import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitForDatabase } from '../../src/platform/database/wait-for-database.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { withDatabase } from '../support/test-server.js';

const PASSWORD = 'not-to-be-shown';

describe('waitForDatabase', () => {
  let database: TestDatabase;
  let proxy: FlakyProxy;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    proxy = await FlakyProxy.start(database.url);
  });

  afterAll(async () => {
    await proxy.stop();
    await database.drop();
  });

  function wait(
    url: string,
    timeoutSeconds: number,
    onWaiting: (address: string) => void = () => undefined,
    signal = new AbortController().signal,
  ): Promise<void> {
    return waitForDatabase(url, { timeoutSeconds, signal, onWaiting });
  }

  const refused = (message: RegExp): unknown =>
    expect.objectContaining({
      name: 'StartupError',
      message: expect.stringMatching(message),
    });

  it('returns at once when the database answers', async () => {
    const waited: string[] = [];
    await wait(database.url, 0, (address) => waited.push(address));

    expect(waited).toEqual([]);
  });

  it('waits for a database that comes up later, and says where', async () => {
    proxy.cut();
    const waited: string[] = [];
    await wait(proxy.url, 20, (address) => {
      waited.push(address);
      proxy.restore();
    });

    expect(waited).toEqual([new URL(proxy.url).host]);
  });

  it('gives up when the time is over and names host and port, never the password', async () => {
    const url = `postgresql://someone:${PASSWORD}@127.0.0.1:1/catalog`;

    const failure = await wait(url, 0).catch((error: unknown) => error as Error);

    expect(failure).toEqual(
      refused(/^Cannot reach the database at 127\.0\.0\.1:1: nothing listens/),
    );
    expect((failure as Error).message).not.toContain(PASSWORD);
  });

  it('gives up on a name that no host has', async () => {
    await expect(wait('postgresql://no-such-host.invalid/catalog', 0)).rejects.toEqual(
      refused(/at no-such-host\.invalid:5432: the host name/),
    );
  });

  it('does not wait for a password to become right', async () => {
    const url = new URL(database.url);
    url.password = PASSWORD;
    const startedAt = Date.now();

    await expect(wait(url.href, 600)).rejects.toEqual(
      refused(/refuses (the password of )?user "\w+"/),
    );
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  it('does not wait for a database that the server does not have', async () => {
    await expect(wait(withDatabase(database.url, 'nowhere'), 600)).rejects.toEqual(
      refused(/has no database "nowhere"/),
    );
  });

  it('stops waiting when the service is told to stop', async () => {
    const stop = new AbortController();
    const waiting = wait('postgresql://127.0.0.1:1/x', 600, () => stop.abort(), stop.signal);

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
