import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { loadConfig } from './config.js';

const PASSWORD = 'correct horse battery staple';

describe('CATALOG_STORES', () => {
  let directory: string;
  let secretFile: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'catalog-config-'));
    secretFile = join(directory, 'secret');
    await writeFile(secretFile, `${PASSWORD}\n`);
  });
  afterAll(() => rm(directory, { recursive: true }));

  const load = (stores: unknown, environment: NodeJS.ProcessEnv = {}) =>
    loadConfig({ CATALOG_STORES: JSON.stringify(stores), ...environment }).storage;
  const file = { id: 'fast', driver: 'filesystem', path: '/srv/images' };
  const bucket = { id: 'cold', driver: 's3', bucket: 'images' };

  it('is one directory under the data directory when it is not set', () => {
    const { stores, defaultId, staging } = loadConfig({ CATALOG_DATA_DIR: '/data' }).storage;
    expect(stores).toEqual([{ id: 'local', driver: 'filesystem', path: '/data/images' }]);
    expect(defaultId).toBe('local');
    expect(staging).toMatchObject({ driver: 'filesystem', path: '/data/staging' });
  });

  it('names the default among several', () => {
    expect(load([file, { ...bucket, default: true }]).defaultId).toBe('cold');
  });

  it('takes the staging area out of the stores', () => {
    const staging = { ...file, id: 'os_glance_staging_store', path: '/srv/staging' };
    const settings = load([staging, file]);
    expect(settings.staging).toEqual(staging);
    expect(settings.stores).toEqual([file]);
    expect(settings.defaultId).toBe('fast');
  });

  it.each([
    ['a file', () => ({ file: secretFile }), {}],
    ['the environment', () => ({ env: 'S3_SECRET' }), { S3_SECRET: PASSWORD }],
  ])('fetches secrets from %s and never shows them', (_case, reference, environment) => {
    const keys = { accessKeyId: 'AKIA', secretAccessKey: reference() };
    const [store] = load([{ ...bucket, ...keys }], environment).stores;
    expect(JSON.stringify(store)).not.toContain(PASSWORD);
    expect(inspect(store, { depth: 9 })).not.toContain(PASSWORD);
    const secret = store?.driver === 's3' ? store.secretAccessKey : undefined;
    expect(secret?.reveal()).toBe(PASSWORD);
    expect(String(secret)).not.toContain(PASSWORD);
  });

  const refused: readonly [string, unknown, RegExp][] = [
    ['what is not a list', {}, /CATALOG_STORES/],
    ['an empty list', [], /CATALOG_STORES/],
    ['an unknown driver', [{ id: 'x', driver: 'floppy' }], /driver/],
    ['an unknown member', [{ ...file, pth: 'x' }], /pth/],
    ['two stores of one id', [{ ...file, default: true }, file], /ids must differ/],
    ['several stores without a default', [file, bucket], /exactly one store must be the default/],
    ['a read-only default', [{ ...file, readOnly: true }], /must not be read-only/],
    ['web servers as the default', [{ id: 'web', driver: 'http' }], /must not be read-only/],
    [
      'a staging area that takes nothing',
      [file, { id: 'os_glance_staging_store', driver: 'http' }],
      /staging area must not/,
    ],
    [
      'a Swift without a login',
      [{ id: 'x', driver: 'swift', container: 'c', authUrl: 'http://k/v3', userName: 'u' }],
      /needs an application credential/,
    ],
    ['a reserved id', [{ ...file, id: 'os_glance_tasks_store' }], /reserved/],
    ['an id with a separator', [{ ...file, id: 'a/b' }], /short name/],
    ['nothing but a staging area', [{ ...file, id: 'os_glance_staging_store' }], /default/],
    ['half a key pair', [{ ...bucket, accessKeyId: 'AKIA' }], /come together/],
    [
      'a secret that stands in the setting itself',
      [{ ...bucket, accessKeyId: 'AKIA', secretAccessKey: PASSWORD }],
      /must be {"file"/,
    ],
    [
      'a secret that is not there',
      [{ ...bucket, accessKeyId: 'AKIA', secretAccessKey: { env: 'NOT_SET' } }],
      /NOT_SET/,
    ],
    [
      'a secret file that is not there',
      [{ ...bucket, accessKeyId: 'AKIA', secretAccessKey: { file: '/nowhere/at/all' } }],
      /nowhere/,
    ],
  ];
  it.each(refused)('refuses %s', (_case, stores, message) => {
    expect(() => load(stores)).toThrow(message);
  });

  it('refuses what is not JSON', () => {
    expect(() => loadConfig({ CATALOG_STORES: '[' })).toThrow(/CATALOG_STORES: must be JSON/);
  });

  it('does not repeat the value in a complaint', () => {
    const inline = [{ ...bucket, accessKeyId: 'AKIA', secretAccessKey: PASSWORD }];
    expect(() => load(inline)).toThrow(expect.not.stringContaining(PASSWORD));
  });
});
