import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { TokenCodec } from '../../../src/tenants/application/ports/token-codec.js';
import { IdentityFixture, logIn, tokenOf } from '../../support/identity.js';

const TOKENS = '/identity/v3/auth/tokens';
const HOUR_MS = 3_600_000;

type Member = Awaited<ReturnType<IdentityFixture['member']>>;

let identity: IdentityFixture;
let ann: Member;
let bob: Member;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  [ann, bob] = await Promise.all([identity.member(), identity.member()]);
});

afterAll(() => identity.app.close());

const show = (
  token: string | undefined,
  subject?: string,
  query = '',
  method: 'GET' | 'HEAD' = 'GET',
) =>
  identity.app.request(method, `${TOKENS}${query}`, {
    ...(token !== undefined && { token }),
    ...(subject !== undefined && { headers: { 'x-subject-token': subject } }),
  });

/** Such a token, as it would be if it had been issued this much earlier. */
async function aged(token: string, byMs: number): Promise<string> {
  const codec = identity.app.app.get(TokenCodec, { strict: false });
  const claims = await codec.decode(token);
  if (claims === null) throw new Error('Not a token.');
  const earlier = (instant: Date) => new Date(instant.getTime() - byMs);
  return codec.encode({
    ...claims,
    auditId: randomBytes(16).toString('base64url'),
    issuedAt: earlier(claims.issuedAt),
    expiresAt: earlier(claims.expiresAt),
  });
}

describe('200', () => {
  it('shows what was shown when the token was issued', async () => {
    const issued = await logIn(identity.app, { ...ann, scope: { project: { id: ann.projectId } } });
    const token = tokenOf(issued);
    const reply = await show(token, token);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(issued.body);
    expect(reply.headers['x-subject-token']).toBe(token);
    expect(reply.headers['vary']).toBe('X-Auth-Token');
  });

  it('leaves the catalog out when asked to', async () => {
    const reply = await show(ann.token, ann.token, '?nocatalog');
    expect(reply.body.token).not.toHaveProperty('catalog');
    expect(reply.body.token.roles).toHaveLength(2);
  });

  it('HEAD answers with the headers alone', async () => {
    const reply = await show(ann.token, ann.token, '', 'HEAD');
    expect(reply.status).toBe(200);
    expect(reply.text).toBe('');
    expect(reply.headers['x-subject-token']).toBe(ann.token);
  });

  it('lets administrators, services and readers of the system look', async () => {
    const service = await identity.member('service');
    const reader = await identity.createUser();
    await identity.grant('system', reader.id, 'reader');
    const onSystem = await logIn(identity.app, { ...reader, scope: { system: { all: true } } });
    for (const token of [identity.adminToken, service.token, tokenOf(onSystem)]) {
      expect((await show(token, ann.token)).status).toBe(200);
    }
  });

  it('shows a token that expired less than 48 hours ago to whoever asks for it', async () => {
    const expired = await aged(ann.token, 2 * HOUR_MS);
    const reply = await show(identity.adminToken, expired, '?allow_expired=1');
    expect(reply.status).toBe(200);
    expect(Date.parse(reply.body.token.expires_at)).toBeLessThan(Date.now());
  });

  it('shows the roles of today', async () => {
    const eve = await identity.member('reader');
    await identity.grant(`projects/${eve.projectId}`, eve.id, 'manager');
    const roles = (await show(eve.token, eve.token)).body.token.roles as { name: string }[];
    expect(roles.map(({ name }) => name)).toEqual(['manager', 'member', 'reader']);
  });
});

describe('401', () => {
  it.each([undefined, '', 'nonsense'])('for the token %p', async (token) => {
    const reply = await show(token, ann.token);
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toMatch(/^Keystone uri="http/);
  });

  it('for an expired token', async () => {
    expect((await show(await aged(ann.token, 2 * HOUR_MS), ann.token)).status).toBe(401);
  });
});

describe('403', () => {
  it.each(['GET', 'HEAD'] as const)('%s the token of somebody else', async (method) => {
    expect((await show(ann.token, bob.token, '', method)).status).toBe(403);
  });
});

describe('404', () => {
  it.each([undefined, '', 'nonsense'])('for the subject %p', async (subject) => {
    const reply = await show(identity.adminToken, subject);
    expect(reply.status).toBe(404);
    expect(reply.body.error).toMatchObject({ code: 404, title: 'Not Found' });
  });

  it('for an expired token, unless it is asked for, and after 48 hours always', async () => {
    const expired = await aged(ann.token, 2 * HOUR_MS);
    const old = await aged(ann.token, 50 * HOUR_MS);
    expect((await show(identity.adminToken, expired)).status).toBe(404);
    expect((await show(identity.adminToken, old, '?allow_expired=1')).status).toBe(404);
  });

  it('HEAD for a token that was tampered with', async () => {
    const [header, payload, signature] = ann.token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: bob.id })).toString('base64url');
    const subject = `${header}.${forged}.${signature}`;
    expect((await show(identity.adminToken, subject, '', 'HEAD')).status).toBe(404);
  });
});
