import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from './config.js';
import { StartupError } from '../lifecycle/startup-error.js';

const ACCOUNT = {
  authUrl: 'https://keystone.example/v3/',
  username: 'image',
  password: { env: 'KEYSTONE_PASSWORD' },
  projectName: 'service',
};
const ISSUER = { issuer: 'https://login.example/realms/cloud', audiences: ['image-catalog'] };

const withKeystone = (settings: object = ACCOUNT, modes = 'keystone') =>
  loadConfig({
    CATALOG_AUTH_MODES: modes,
    CATALOG_KEYSTONE: JSON.stringify(settings),
    KEYSTONE_PASSWORD: 's3cret',
  }).auth;

const withIssuers = (...issuers: object[]) =>
  loadConfig({ CATALOG_AUTH_MODES: 'oidc', CATALOG_OIDC_ISSUERS: JSON.stringify(issuers) }).auth;

describe('the modes of identity', () => {
  it('are the embedded one alone unless others are named', () => {
    expect(loadConfig({}).auth).toEqual({
      isOpen: false,
      embedded: true,
      keystone: null,
      oidc: [],
    });
  });

  it('can be active side by side', () => {
    const auth = loadConfig({
      CATALOG_AUTH_MODES: 'oidc, embedded,keystone',
      CATALOG_KEYSTONE: JSON.stringify(ACCOUNT),
      CATALOG_OIDC_ISSUERS: JSON.stringify([ISSUER]),
      KEYSTONE_PASSWORD: 's3cret',
    }).auth;

    expect(auth).toMatchObject({
      embedded: true,
      keystone: { authUrl: 'https://keystone.example/v3' },
      oidc: [{ issuer: ISSUER.issuer }],
    });
  });

  it.each(['', 'none,embedded', 'keystone,', 'embedded;oidc'])('are not %p', (modes) => {
    const load = () => loadConfig({ CATALOG_AUTH_MODES: modes === '' ? ' ' : modes });
    expect(load).toThrow('CATALOG_AUTH_MODES');
  });

  it.each(['127.0.0.1', 'localhost', '::1'])('are none of them on the own machine, %s', (HOST) => {
    const { auth } = loadConfig({ CATALOG_AUTH_MODES: 'none', HOST });
    expect(auth).toEqual({ isOpen: true, embedded: false, keystone: null, oidc: [] });
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org'])(
    'are never none where others may listen in, %s',
    (HOST) => {
      expect(() => loadConfig({ CATALOG_AUTH_MODES: 'none', HOST })).toThrow(StartupError);
    },
  );

  it.each([
    ['keystone', 'CATALOG_KEYSTONE'],
    ['oidc', 'CATALOG_OIDC_ISSUERS'],
  ])('need their settings: %s', (mode, key) => {
    expect(() => loadConfig({ CATALOG_AUTH_MODES: mode })).toThrow(
      `CATALOG_AUTH_MODES names ${mode}, which needs ${key}.`,
    );
  });

  it('are not assumed from settings alone', () => {
    expect(() => withKeystone(ACCOUNT, 'embedded')).toThrow(
      'CATALOG_KEYSTONE is set, but CATALOG_AUTH_MODES does not name keystone.',
    );
  });
});

describe('CATALOG_KEYSTONE', () => {
  it('has the defaults of the reference', () => {
    expect(withKeystone().keystone).toMatchObject({
      wwwAuthenticateUri: 'https://keystone.example/v3',
      userDomain: 'Default',
      interface: 'internal',
      connectTimeoutSeconds: 5,
      maxRetries: 3,
      tokenCacheSeconds: 300,
      serviceTokenRoles: ['service'],
      requireAdminProject: false,
      roleTable: null,
    });
  });

  it('keeps the password out of everything that is printed', () => {
    const { keystone } = withKeystone();
    expect(keystone?.password?.reveal()).toBe('s3cret');
    expect(JSON.stringify(keystone)).not.toContain('s3cret');
  });

  it("never turns Rackspace's administrators into ours", () => {
    const { keystone } = withKeystone({ ...ACCOUNT, roles: 'rackspace' });
    expect(Object.values(keystone?.roleTable ?? {}).flat()).not.toContain('admin');
  });

  it('names a password that is not where it should be', () => {
    const password = { env: 'NOWHERE' };
    expect(() => withKeystone({ ...ACCOUNT, password })).toThrow(StartupError);
    expect(() => withKeystone({ ...ACCOUNT, password })).toThrow('NOWHERE');
  });

  it.each([
    ['no account', { authUrl: ACCOUNT.authUrl }],
    ['an account without scope', { ...ACCOUNT, projectName: undefined }],
    ['half an application credential', { authUrl: ACCOUNT.authUrl, applicationCredentialId: 'a' }],
    ['a password in the open', { ...ACCOUNT, password: 's3cret' }],
    ['an unknown member', { ...ACCOUNT, user: 'x' }],
    ['another protocol', { ...ACCOUNT, authUrl: 'ldap://keystone' }],
  ])('refuses %s', (_what, settings) => {
    expect(() => withKeystone(settings)).toThrow(ConfigError);
    expect(() => withKeystone(settings)).toThrow('CATALOG_KEYSTONE');
  });
});

describe('CATALOG_OIDC_ISSUERS', () => {
  const ASKED = { clientId: 'catalog', clientSecret: { env: 'ISSUER_SECRET' } };

  it('keeps the secret for introspection out of sight', () => {
    const load = (environment: Record<string, string>) =>
      loadConfig({
        CATALOG_AUTH_MODES: 'oidc',
        CATALOG_OIDC_ISSUERS: JSON.stringify([{ ...ISSUER, introspection: ASKED }]),
        ...environment,
      }).auth.oidc[0]?.introspection;

    const asked = load({ ISSUER_SECRET: 's3cret' });
    expect(asked?.clientSecret.reveal()).toBe('s3cret');
    expect(JSON.stringify(asked)).not.toContain('s3cret');
    expect(() => load({})).toThrow('ISSUER_SECRET');
    expect(withIssuers(ISSUER).oidc[0]?.introspection).toBeNull();
  });

  it('grants nobody the administration, and has no tenant, unless told how', () => {
    const [issuer] = withIssuers(ISSUER).oidc;
    expect(issuer?.mapping).toMatchObject({
      userId: ['sub'],
      projectId: [],
      roles: [],
      adminValues: [],
    });
    expect(Object.values(issuer?.mapping.roleTable ?? {}).flat()).not.toContain('admin');
  });

  it('names an issuer after its host', () => {
    expect(
      withIssuers(ISSUER, { ...ISSUER, issuer: 'https://b.example/', name: 'b' }).oidc,
    ).toEqual([
      expect.objectContaining({ name: 'login.example' }),
      expect.objectContaining({ name: 'b', issuer: 'https://b.example/' }),
    ]);
  });

  it('takes one path or several', () => {
    const mapping = { projectId: 'tenant', roles: ['a', 'b'] };
    expect(withIssuers({ ...ISSUER, mapping }).oidc[0]?.mapping).toMatchObject({
      projectId: ['tenant'],
      roles: ['a', 'b'],
    });
  });

  it.each([
    ['plain HTTP', [{ ...ISSUER, issuer: 'http://login.example' }]],
    ['keys over plain HTTP', [{ ...ISSUER, jwksUri: 'http://login.example/keys' }]],
    ['no audience', [{ issuer: ISSUER.issuer }]],
    ['HMAC', [{ ...ISSUER, algorithms: ['HS256'] }]],
    ['unsigned tokens', [{ ...ISSUER, algorithms: ['none'] }]],
    ['the same issuer twice', [ISSUER, { ...ISSUER, name: 'other' }]],
    ['two issuers of one name', [ISSUER, { ...ISSUER, issuer: 'https://login.example/2' }]],
    ['a pattern that finds no project', [{ ...ISSUER, mapping: { groupPattern: '(.*)' } }]],
    ['a broken pattern', [{ ...ISSUER, mapping: { groupPattern: '(?<project>' } }]],
    ['no issuer', []],
    [
      'an introspecting secret in the open',
      [{ ...ISSUER, introspection: { ...ASKED, clientSecret: 'x' } }],
    ],
    [
      'two issuers that are asked about any token',
      [
        { ...ISSUER, introspection: ASKED },
        { ...ISSUER, issuer: 'https://b.example/', introspection: ASKED },
      ],
    ],
  ])('refuses %s', (_what, issuers) => {
    expect(() => withIssuers(...issuers)).toThrow('CATALOG_OIDC_ISSUERS');
  });

  it('lets an issuer on the own machine do without TLS', () => {
    expect(withIssuers({ ...ISSUER, issuer: 'http://127.0.0.1:3000' }).oidc).toHaveLength(1);
  });
});
