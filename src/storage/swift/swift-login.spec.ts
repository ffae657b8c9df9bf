import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../platform/config/config.js';
import { SwiftClient } from './swift-client.js';
import type { SwiftSettings } from './swift-login.js';

const PASSWORD = 'correct horse';

/** Keystone and Swift in one: tells what it was asked and lets tokens expire. */
describe('the login to Swift by Keystone v3', () => {
  let server: Server;
  let origin: string;
  let logins: unknown[];
  let validTokens: Set<string>;
  let paths: string[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        if (request.url === '/v3/auth/tokens') {
          logins.push(JSON.parse(body));
          const token = `token-${logins.length}`;
          validTokens.add(token);
          response
            .writeHead(201, { 'x-subject-token': token })
            .end(JSON.stringify(catalog(origin)));
          return;
        }
        paths.push(request.url ?? '');
        const isValid = validTokens.has(String(request.headers['x-auth-token']));
        response.writeHead(isValid ? 204 : 401).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    logins = [];
    paths = [];
    validTokens = new Set();
  });

  const settings = (changes: object): SwiftSettings => {
    const store = { id: 'x', driver: 'swift', container: 'c', authUrl: `${origin}/v3`, ...changes };
    const [parsed] = loadConfig({
      CATALOG_STORES: JSON.stringify([store]),
      SWIFT_PASSWORD: PASSWORD,
    }).storage.stores;
    if (parsed?.driver !== 'swift') throw new Error('Not a Swift store.');
    return parsed;
  };
  const user = { userName: 'u', password: { env: 'SWIFT_PASSWORD' }, projectName: 'p' };
  const head = (client: SwiftClient) => client.finish({ method: 'HEAD', path: ['c', 'o/1'] });

  it('uses a password and the endpoint of the region and interface', async () => {
    const client = new SwiftClient(settings({ ...user, region: 'two', interface: 'internal' }));
    await head(client);
    expect(logins).toEqual([
      {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'u', domain: { name: 'Default' }, password: PASSWORD } },
          },
          scope: { project: { name: 'p', domain: { name: 'Default' } } },
        },
      },
    ]);
    expect(paths).toEqual(['/two-internal/AUTH_x/c/o%2F1']);
  });

  it('uses an application credential', async () => {
    const secret = { applicationCredentialSecret: { env: 'SWIFT_PASSWORD' } };
    await head(new SwiftClient(settings({ applicationCredentialId: 'a', ...secret })));
    const application_credential = { id: 'a', secret: PASSWORD };
    expect(logins).toEqual([
      { auth: { identity: { methods: ['application_credential'], application_credential } } },
    ]);
  });

  it('logs in once for many calls, and anew when the token is refused', async () => {
    const client = new SwiftClient(settings(user));
    await Promise.all(Array.from({ length: 5 }, () => head(client)));
    expect(logins).toHaveLength(1);
    await head(client);
    expect(logins).toHaveLength(1);
    validTokens.clear();
    await head(client);
    expect(logins).toHaveLength(2);
  });

  it('is unavailable when the region has no object store, and when nobody answers', async () => {
    const nowhere = new SwiftClient(settings({ ...user, region: 'none' }));
    await expect(head(nowhere)).rejects.toMatchObject({ kind: 'unavailable' });
    const gone = new SwiftClient(settings({ ...user, authUrl: 'http://127.0.0.1:9/v3' }));
    await expect(head(gone)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

function catalog(origin: string): object {
  const endpoints = ['one', 'two'].flatMap((region_id) =>
    ['public', 'internal'].map((name) => ({
      interface: name,
      region_id,
      url: `${origin}/${region_id}-${name}/AUTH_x/`,
    })),
  );
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  return { token: { expires_at, catalog: [{ type: 'object-store', endpoints }] } };
}
