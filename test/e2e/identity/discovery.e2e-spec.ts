import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

const version = {
  id: 'v3.14',
  status: 'stable',
  updated: '2020-04-07T00:00:00Z',
  links: [{ rel: 'self', href: 'http://cloud.example/identity/v3/' }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
};
const headers = { host: 'cloud.example' };

describe('300', () => {
  it.each(['/identity', '/identity/', '/identity//'])(
    'GET %s lists version 3 alone',
    async (url) => {
      const reply = await app.request('GET', url, { headers });
      expect(reply.status).toBe(300);
      expect(reply.body).toEqual({ versions: { values: [version] } });
      expect(reply.headers).toMatchObject({
        location: 'http://cloud.example/identity/v3/',
        vary: 'X-Auth-Token',
      });
    },
  );
});

describe('200', () => {
  it.each(['/identity/v3', '/identity/v3/'])('GET %s shows the version', async (url) => {
    const reply = await app.request('GET', url, { headers });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({ version });
  });

  it('is the same for a token that is not valid', async () => {
    const reply = await app.request('GET', '/identity/v3', { headers, token: 'nonsense' });
    expect(reply.status).toBe(200);
  });
});

describe('401', () => {
  it.each(['/identity/v4', '/identity/v3/unknown'])('GET %s without a token', async (url) => {
    const reply = await app.request('GET', url, { headers });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe(
      'Keystone uri="http://cloud.example/identity/v3"',
    );
  });
});
