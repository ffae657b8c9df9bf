import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ADMIN_PASSWORD,
  IdentityFixture,
  logIn,
  projectScope,
  tokenOf,
} from '../../support/identity.js';

const KEYS = '/catalog/v1/signing-keys';

let identity: IdentityFixture;

beforeEach(async () => {
  identity = await IdentityFixture.start();
});

afterEach(() => identity.app.close());

const rotate = (body: unknown) =>
  identity.app.request('POST', KEYS, { token: identity.adminToken, body });
const list = (token = identity.adminToken) => identity.app.request('GET', KEYS, { token });
const logInAsAdmin = async () => {
  const scope = projectScope('admin');
  return tokenOf(await logIn(identity.app, { name: 'admin', password: ADMIN_PASSWORD, scope }));
};

describe('GET /catalog/v1/signing-keys', () => {
  it('200 lists the keys without their secrets', async () => {
    const reply = await list();
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      signing_keys: [{ id: expect.any(String), created_at: expect.any(String), is_signing: true }],
    });
  });

  it('401, 403 for everybody but administrators', async () => {
    const ann = await identity.member('manager');
    expect((await list('nonsense')).status).toBe(401);
    expect((await list(ann.token)).status).toBe(403);
    const request = { token: ann.token, body: {} };
    expect((await identity.app.request('POST', KEYS, request)).status).toBe(403);
  });
});

describe('POST /catalog/v1/signing-keys', () => {
  it('201 adds a key and leaves tokens valid', async () => {
    const reply = await rotate({});
    expect(reply.status).toBe(201);
    expect(reply.body.signing_keys).toHaveLength(2);
    expect((await list()).status).toBe(200);
    expect((await list(await logInAsAdmin())).status).toBe(200);
  });

  it('201 ends every token at once when the others are to be forgotten', async () => {
    const reply = await rotate({ forget_others: true });
    expect(reply.status).toBe(201);
    expect(reply.body.signing_keys).toHaveLength(1);
    expect((await list()).status).toBe(401);
    expect((await list(await logInAsAdmin())).status).toBe(200);
  });

  it.each<[unknown]>([[[]], [{ forget_others: 'yes' }], [{ forget_all: true }]])(
    '400 for %j',
    async (body) => {
      expect((await rotate(body)).status).toBe(400);
      expect((await list()).body.signing_keys).toHaveLength(1);
    },
  );
});
