import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { StoreSettings } from '../../platform/config/store-settings.js';

export type SwiftSettings = Extract<StoreSettings, { driver: 'swift' }>;

export interface SwiftSession {
  /** The account, without a final slash. */
  readonly storageUrl: string;
  readonly token: string;
  readonly expiresAt: Date;
}

const DEFAULT_LIFETIME_SECONDS = 3600;

const tokenAnswer = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    catalog: z.array(
      z.object({
        type: z.string(),
        endpoints: z.array(
          z.object({ interface: z.string(), url: z.string(), region_id: z.string().nullish() }),
        ),
      }),
    ),
  }),
});

/** @throws Error when the identity service refuses, does not answer as it should, or knows no object store */
export function logIn(settings: SwiftSettings, dispatcher: Dispatcher): Promise<SwiftSession> {
  return settings.authVersion === '1'
    ? logInToSwift(settings, dispatcher)
    : logInToKeystone(settings, dispatcher);
}

async function logInToSwift(
  { authUrl, userName = '', password }: SwiftSettings,
  dispatcher: Dispatcher,
): Promise<SwiftSession> {
  const headers = { 'x-auth-user': userName, 'x-auth-key': password?.reveal() ?? '' };
  const answer = await request(authUrl, { dispatcher, headers });
  await answer.body.dump();
  const token = answer.headers['x-auth-token'];
  const storageUrl = answer.headers['x-storage-url'];
  if (typeof token !== 'string' || typeof storageUrl !== 'string') {
    throw new Error(`Swift refused the login with ${answer.statusCode}.`);
  }
  const lifetime = Number(answer.headers['x-auth-token-expires'] ?? DEFAULT_LIFETIME_SECONDS);
  const expiresAt = new Date(Date.now() + lifetime * 1000);
  return { token, storageUrl: storageUrl.replace(/\/+$/, ''), expiresAt };
}

async function logInToKeystone(
  settings: SwiftSettings,
  dispatcher: Dispatcher,
): Promise<SwiftSession> {
  const answer = await request(`${settings.authUrl}/auth/tokens`, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: keystoneAuth(settings) }),
  });
  const token = answer.headers['x-subject-token'];
  if (typeof token !== 'string') {
    await answer.body.dump();
    throw new Error(`The identity service refused the login with ${answer.statusCode}.`);
  }
  const { token: facts } = tokenAnswer.parse(await answer.body.json());
  const endpoints = facts.catalog.flatMap((service) =>
    service.type === 'object-store' ? service.endpoints : [],
  );
  const endpoint = endpoints.find(
    (each) =>
      each.interface === settings.interface &&
      (settings.region === undefined || each.region_id === settings.region),
  );
  if (endpoint === undefined) throw new Error('The service catalog has no object store.');
  const storageUrl = endpoint.url.replace(/\/+$/, '');
  return { token, storageUrl, expiresAt: new Date(facts.expires_at) };
}

function keystoneAuth(settings: SwiftSettings): object {
  const { applicationCredentialId: id, applicationCredentialSecret } = settings;
  if (id !== undefined) {
    const credential = { id, secret: applicationCredentialSecret?.reveal() };
    return {
      identity: { methods: ['application_credential'], application_credential: credential },
    };
  }
  const user = {
    name: settings.userName,
    domain: { name: settings.userDomainName },
    password: settings.password?.reveal(),
  };
  const project = { name: settings.projectName, domain: { name: settings.projectDomainName } };
  return { identity: { methods: ['password'], password: { user } }, scope: { project } };
}
