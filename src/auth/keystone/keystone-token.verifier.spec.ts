import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeystoneServer, SERVICE_PASSWORD } from '../../../test/support/keystone-server.js';
import { loadConfig } from '../../platform/config/config.js';
import { KeystoneTokenVerifier } from './keystone-token.verifier.js';

let keystone: KeystoneServer;
let now: number;
const verifiers: KeystoneTokenVerifier[] = [];
const ALONE = { allowExpired: false, tenant: null };
const VOUCHED_FOR = { allowExpired: true, tenant: null };

beforeEach(async () => {
  keystone = await KeystoneServer.start();
  now = Date.now();
});

afterEach(async () => {
  await Promise.all(verifiers.splice(0).map((verifier) => verifier.onModuleDestroy()));
  await keystone.close();
});

function aVerifier(settings: object = {}): KeystoneTokenVerifier {
  const { auth } = loadConfig(keystone.settings(settings));
  const verifier = new KeystoneTokenVerifier(auth.keystone!, () => now);
  verifiers.push(verifier);
  return verifier;
}

const verify = (verifier: KeystoneTokenVerifier, token: string, options = ALONE) =>
  verifier.verify(token, options);

describe('what Keystone said about a token', () => {
  it('is believed for the configured time, so a revocation shows when that is over (D3 2)', async () => {
    const verifier = aVerifier({ tokenCacheSeconds: 300 });
    const token = keystone.issue();
    expect(await verify(verifier, token)).not.toBeNull();
    keystone.revoke(token);

    now += 299_999;
    expect(await verify(verifier, token)).not.toBeNull();
    now += 1;
    expect(await verify(verifier, token)).toBeNull();
    expect(keystone.validations).toBe(2);
  });

  it('is not believed beyond the end of the token, not even for a moment', async () => {
    const verifier = aVerifier();
    const token = keystone.issue({ lifeMs: 100_000 });
    const expiresAt = (await verify(verifier, token))!.principal.expiresAt.getTime();
    keystone.fault = { status: 500 };

    now = expiresAt - 1;
    expect(await verify(verifier, token)).not.toBeNull();
    now = expiresAt;
    await expect(verify(verifier, token)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is asked for every time when nothing is to be remembered', async () => {
    const verifier = aVerifier({ tokenCacheSeconds: -1 });
    const token = keystone.issue();
    for (let time = 0; time < 3; time += 1) await verify(verifier, token);
    keystone.revoke(token);

    expect(await verify(verifier, token)).toBeNull();
    expect(keystone.validations).toBe(4);
  });

  it('is remembered for ten seconds when it was no', async () => {
    const verifier = aVerifier();
    for (const at of [0, 9999]) {
      now += at;
      expect(await verify(verifier, 'unknown')).toBeNull();
    }
    expect(keystone.validations).toBe(1);
    now += 1;
    await verify(verifier, 'unknown');
    expect(keystone.validations).toBe(2);
  });

  it('for a token that a service vouches for counts for nobody else', async () => {
    const verifier = aVerifier();
    const token = keystone.issue({ lifeMs: -1000 });

    expect(await verify(verifier, token, VOUCHED_FOR)).not.toBeNull();
    expect(await verify(verifier, token)).toBeNull();
    expect(await verify(verifier, token, VOUCHED_FOR)).not.toBeNull();
    expect(keystone.requests.filter((request) => /tokens\?/.test(request))).toEqual([
      'GET /v3/auth/tokens?nocatalog&allow_expired=1',
      'GET /v3/auth/tokens?nocatalog',
    ]);
  });
});

describe("the service's own login", () => {
  it('begins with discovery, and is made once', async () => {
    const verifier = aVerifier();
    for (let time = 0; time < 3; time += 1) await verify(verifier, keystone.issue());
    expect(keystone.requests.slice(0, 3)).toEqual([
      'GET /v3',
      'POST /v3/auth/tokens',
      'GET /v3/auth/tokens?nocatalog',
    ]);
    expect(keystone.logins).toBe(1);
  });

  it('finds the version itself when the URL names none', async () => {
    const verifier = aVerifier({ authUrl: `${keystone.origin}/` });
    expect(await verify(verifier, keystone.issue())).not.toBeNull();
    expect(keystone.requests[0]).toBe('GET /');
  });

  it('is renewed when less than two minutes remain', async () => {
    keystone.serviceTokenLifeMs = 600_000;
    const verifier = aVerifier();
    await verify(verifier, keystone.issue());
    now += 470_000;
    await verify(verifier, keystone.issue());
    expect(keystone.logins).toBe(1);
    now += 20_000;
    await verify(verifier, keystone.issue());
    expect(keystone.logins).toBe(2);
  });

  it('can be an application credential', async () => {
    const verifier = aVerifier({
      username: undefined,
      password: undefined,
      projectName: undefined,
      applicationCredentialId: 'c',
      applicationCredentialSecret: { env: 'KEYSTONE_SERVICE_PASSWORD' },
    });
    expect(SERVICE_PASSWORD).not.toBe('');
    expect(await verify(verifier, keystone.issue())).not.toBeNull();
  });

  it('is not repeated for five seconds when it was refused, lest the account be locked', async () => {
    const { auth } = loadConfig({ ...keystone.settings(), KEYSTONE_SERVICE_PASSWORD: 'wrong' });
    const verifier = new KeystoneTokenVerifier(auth.keystone!, () => now);
    verifiers.push(verifier);
    const attempt = async () => {
      await expect(verify(verifier, 'any')).rejects.toMatchObject({ kind: 'unavailable' });
      return keystone.logins;
    };

    expect([await attempt(), await attempt()]).toEqual([1, 1]);
    now += 5000;
    expect(await attempt()).toBe(2);
  });

  it('is tried anew when nobody listens', async () => {
    const { origin } = keystone;
    const verifier = aVerifier({ maxRetries: 3 });
    await keystone.close();
    const asked = verify(verifier, 'unknown');
    keystone = await KeystoneServer.start(Number(new URL(origin).port));
    expect(await asked).toBeNull();
  });
});

describe('roles', () => {
  const rolesOf = async (names: readonly string[], settings: object, members: object = {}) => {
    const token = keystone.issue({ roles: names, members });
    const found = await verify(aVerifier(settings), token);
    return { ...found!.principal, roles: [...found!.principal.roles].toSorted() };
  };

  it('are those of Keystone, which has added the implied ones itself', async () => {
    expect(await rolesOf(['Admin', 'Custom'], {})).toMatchObject({
      roles: ['admin', 'custom'],
      isAdmin: true,
    });
  });

  it.each([
    [['cloudImages:observer'], ['reader']],
    [['cloudImages:creator'], ['image-creator', 'reader']],
    [['cloudImages:admin'], ['member', 'reader']],
    [['observer'], ['reader']],
    [['admin'], ['member', 'reader']],
    [['identity:user-admin'], ['member', 'reader']],
    [['identity:default', 'compute:default'], []],
    [
      ['identity:default', 'cloudImages:observer', 'cloudImages:creator'],
      ['image-creator', 'reader'],
    ],
  ])('of Rackspace, %j, are %j and never the administration', async (names, roles) => {
    const found = await rolesOf(names, { roles: 'rackspace' });
    expect(found).toMatchObject({ roles, isAdmin: false });
  });

  it('are those of a table when there is one, and no others', async () => {
    const roles = { 'Cloud-Ops': ['admin'], viewer: ['reader'] };
    const { roles: found } = await rolesOf(['cloud-ops', 'member'], { roles });
    expect(found).toEqual(['admin', 'manager', 'member', 'reader']);
    expect((await rolesOf(['member', 'constructor'], { roles })).roles).toEqual([]);
  });

  it('make an administrator on the admin project only, where that is asked for', async () => {
    const settings = { requireAdminProject: true };
    const elsewhere = { is_admin_project: false };
    const names = ['admin', 'member'];

    expect((await rolesOf(names, settings)).isAdmin).toBe(true);
    expect((await rolesOf(names, {}, elsewhere)).isAdmin).toBe(true);
    expect(await rolesOf(names, settings, elsewhere)).toMatchObject({
      isAdmin: false,
      roles: ['member'],
    });
  });
});
