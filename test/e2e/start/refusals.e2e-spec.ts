import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Sandbox } from '../../support/sandbox.js';

// Each test starts the service at least once, perhaps on a busy machine.
jest.setTimeout(120_000);

describe('the service that cannot start', () => {
  const sandbox = new Sandbox();

  afterEach(() => sandbox.stopAll());

  afterAll(() => sandbox.close());

  async function refusal(environment: Record<string, string>): Promise<string> {
    const service = sandbox.start({ CATALOG_DATA_DIR: await sandbox.dataDir(), ...environment });
    expect(await service.exit()).toEqual({ code: 1, signal: null });
    return service.complaint;
  }

  it('names a bad setting', async () => {
    expect(await refusal({ PORT: 'http' })).toBe('Bad setting PORT: must be a whole number.');
  });

  it('names an unknown setting of its own', async () => {
    expect(await refusal({ CATALOG_ADMIN_PASWORD: 'x' })).toBe(
      'Unknown setting CATALOG_ADMIN_PASWORD: see .env.example for all keys.',
    );
  });

  it('names a data directory that it cannot write to', async () => {
    const file = join(await sandbox.dataDir(), 'file');
    await writeFile(file, '');

    expect(await refusal({ CATALOG_DATA_DIR: join(file, 'data') })).toBe(
      `The data directory ${file}/data is not writable (ENOTDIR): set CATALOG_DATA_DIR to one that is.`,
    );
  });

  it('names the database that it cannot reach, and not the password', async () => {
    const complaint = await refusal({
      DATABASE_URL: 'postgresql://catalog:s3cret@127.0.0.1:1/catalog',
      CATALOG_DATABASE_STARTUP_TIMEOUT_SECONDS: '1',
    });

    expect(complaint).toBe(
      'Cannot reach the database at 127.0.0.1:1: nothing listens there. Check DATABASE_URL and the server.',
    );
  });
});
