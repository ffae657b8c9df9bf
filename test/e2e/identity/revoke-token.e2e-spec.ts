import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, logIn, tokenOf } from '../../support/identity.js';
import { execute } from '../../support/test-server.js';

const TOKENS = '/identity/v3/auth/tokens';

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
});

afterAll(() => identity.app.close());

const revoke = (token: string, subject: string) =>
  identity.app.request('DELETE', TOKENS, { token, headers: { 'x-subject-token': subject } });
const statusOf = async (token: string) =>
  (await identity.app.request('GET', '/v2/images', { token })).status;
const freshToken = async () =>
  tokenOf(await logIn(identity.app, { ...ann, scope: { project: { id: ann.projectId } } }));

describe('204', () => {
  it('ends the own token at once, and no other', async () => {
    const [token, other] = [await freshToken(), await freshToken()];
    expect(await statusOf(token)).toBe(200);
    const reply = await revoke(token, token);
    expect(reply.status).toBe(204);
    expect(reply.text).toBe('');
    expect(await statusOf(token)).toBe(401);
    expect(await statusOf(other)).toBe(200);
  });

  it('lets an administrator end anybody’s', async () => {
    const token = await freshToken();
    expect((await revoke(identity.adminToken, token)).status).toBe(204);
    expect(await statusOf(token)).toBe(401);
  });

  it('makes the token useless to get another one', async () => {
    const token = await freshToken();
    await revoke(token, token);
    const auth = { identity: { methods: ['token'], token: { id: token } } };
    expect((await identity.app.request('POST', TOKENS, { body: { auth } })).status).toBe(401);
  });

  it('forgets revocations of tokens that nobody could show any more', async () => {
    const old = `INSERT INTO identity_revoked_tokens VALUES
      ('long gone', now() - interval '49 hours'), ('still shown', now() - interval '47 hours')`;
    await execute(identity.app.databaseUrl, old);
    const token = await freshToken();
    await revoke(token, token);
    const { rows } = await execute(
      identity.app.databaseUrl,
      "SELECT audit_id FROM identity_revoked_tokens WHERE audit_id LIKE '% %'",
    );
    expect(rows).toEqual([{ audit_id: 'still shown' }]);
  });
});

describe('401', () => {
  it('without a token', async () => {
    const headers = { 'x-subject-token': ann.token };
    expect((await identity.app.request('DELETE', TOKENS, { headers })).status).toBe(401);
  });
});

describe('403', () => {
  it('for the token of somebody else, for services too', async () => {
    const [bob, service] = await Promise.all([identity.member(), identity.member('service')]);
    expect((await revoke(bob.token, ann.token)).status).toBe(403);
    expect((await revoke(service.token, ann.token)).status).toBe(403);
    expect(await statusOf(ann.token)).toBe(200);
  });
});

describe('404', () => {
  it('for a token that is unknown, or revoked already', async () => {
    const token = await freshToken();
    expect((await revoke(ann.token, 'nonsense')).status).toBe(404);
    await revoke(ann.token, token);
    expect((await revoke(ann.token, token)).status).toBe(404);
  });
});
