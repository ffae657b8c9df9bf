import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TokenCodec } from '../../../src/tenants/application/ports/token-codec.js';
import { IdentityFixture } from '../../support/identity.js';

const HOUR_MS = 3_600_000;

let identity: IdentityFixture;
let ann: Awaited<ReturnType<IdentityFixture['member']>>;
let service: string;

beforeAll(async () => {
  identity = await IdentityFixture.start();
  ann = await identity.member();
  service = (await identity.member('service')).token;
});

afterAll(() => identity.app.close());

/** The same token, had it ended that long ago. */
async function ended(token: string, agoMs: number): Promise<string> {
  const codec = identity.app.app.get(TokenCodec, { strict: false });
  const claims = await codec.decode(token);
  if (claims === null) throw new Error('Not a token of this service.');
  return codec.encode({ ...claims, expiresAt: new Date(Date.now() - agoMs) });
}

const statusOf = async (token: string, serviceToken?: string): Promise<number> => {
  const headers = serviceToken === undefined ? {} : { 'x-service-token': serviceToken };
  return (await identity.app.request('GET', '/v2/images', { token, headers })).status;
};

describe('a service token beside that of the user (identity A7, D3 4)', () => {
  it('lets a token through that ended less than 48 hours ago', async () => {
    const expired = await ended(ann.token, HOUR_MS);

    expect(await statusOf(expired)).toBe(401);
    expect(await statusOf(expired, service)).toBe(200);
    expect(await statusOf(expired)).toBe(401);
    expect(await statusOf(await ended(ann.token, 49 * HOUR_MS), service)).toBe(401);
  });

  it('spoils a good token when it is not a service’s, has ended or is forged', async () => {
    expect(await statusOf(ann.token, service)).toBe(200);
    for (const wrong of [ann.token, identity.adminToken, await ended(service, 1000), 'forged']) {
      expect(await statusOf(ann.token, wrong)).toBe(401);
    }
  });

  it('is nobody alone', async () => {
    const headers = { 'x-service-token': service };
    expect((await identity.app.request('GET', '/v2/images', { headers })).status).toBe(401);
  });
});
