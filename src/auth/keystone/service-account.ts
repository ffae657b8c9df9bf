import { z } from 'zod';
import type { AccountSettings } from '../../platform/config/keystone-settings.js';
import type { TrustedClient } from '../../platform/outbound/trusted-client.js';

/** A token with less left is renewed first (identity A3). */
const MARGIN_MS = 120_000;
/** A refused login is not repeated for this long: Keystone may lock accounts that keep failing. */
const REFUSAL_PAUSE_MS = 5000;

/** The service's own login. */
export interface ServiceSession {
  readonly token: string;
  readonly expiresAt: Date;
  /** Where to ask about tokens; ends with `/v3`. */
  readonly endpoint: string;
}

const loginSchema = z.object({
  token: z.object({
    expires_at: z.iso.datetime({ offset: true }),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z.array(
            z.object({ interface: z.string(), url: z.string(), region_id: z.string().nullish() }),
          ),
        }),
      )
      .default([]),
  }),
});
type Login = z.infer<typeof loginSchema>['token'];

/** Keeps one session with Keystone for everybody who needs it. */
export class ServiceAccount {
  private current: Promise<ServiceSession> | null = null;
  private rootUrl: Promise<string> | null = null;
  private refusal: { readonly error: Error; readonly until: number } | null = null;

  constructor(
    private readonly settings: AccountSettings,
    private readonly client: TrustedClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** One login for all who wait for it; a failed one is tried anew by the next. @throws Error */
  async session(): Promise<ServiceSession> {
    const waited = this.current;
    const session = waited === null ? null : await waited.catch(() => null);
    if (session !== null && session.expiresAt.getTime() - this.now() >= MARGIN_MS) return session;
    // While this one waited another may have begun.
    if (this.current === waited) this.current = this.logIn();
    return this.current ?? this.session();
  }

  /** Keystone did not accept this session any more; a newer one stays. */
  async end(session: ServiceSession): Promise<void> {
    const waited = this.current;
    const current = await waited?.catch(() => null);
    if (current === session && this.current === waited) this.current = null;
  }

  private async logIn(): Promise<ServiceSession> {
    if (this.refusal !== null && this.now() < this.refusal.until) throw this.refusal.error;
    const root = await this.root();
    const answer = await this.client.send(`${root}/auth/tokens`, {
      method: 'POST',
      body: { auth: authOf(this.settings) },
    });
    const token = answer.header('x-subject-token');
    const login = loginSchema.safeParse(answer.body);
    if (token === null || !login.success) {
      const error = new Error(`Keystone refused the service account with ${answer.status}.`);
      if (answer.status === 401) this.refusal = { error, until: this.now() + REFUSAL_PAUSE_MS };
      throw error;
    }
    const expiresAt = new Date(login.data.token.expires_at);
    return { token, expiresAt, endpoint: endpointIn(login.data.token, this.settings) ?? root };
  }

  /** Discovery, once: a Keystone without v3 is not one to ask. */
  private root(): Promise<string> {
    const root = this.rootUrl ?? this.discover();
    this.rootUrl = root;
    root.catch(() => {
      if (this.rootUrl === root) this.rootUrl = null;
    });
    return root;
  }

  private async discover(): Promise<string> {
    const { authUrl } = this.settings;
    const { status, body } = await this.client.send(authUrl);
    if ((status !== 200 && status !== 300) || !offersVersion3(body)) {
      throw new Error(`Discovery at the Keystone was answered with ${status}, not with a v3.`);
    }
    return withVersion(authUrl);
  }
}

const versionId = z.object({ id: z.string() });
const discoverySchema = z.union([
  z.object({ version: versionId }).transform(({ version }) => [version]),
  z
    .object({ versions: z.object({ values: z.array(versionId) }) })
    .transform(({ versions }) => versions.values),
]);

function offersVersion3(document: unknown): boolean {
  const parsed = discoverySchema.safeParse(document);
  return parsed.success && parsed.data.some(({ id }) => id.startsWith('v3.'));
}

/** The links of discovery often name another host, so only the version is added, as other clients do. */
const withVersion = (url: string): string => (url.endsWith('/v3') ? url : `${url}/v3`);

function endpointIn({ catalog }: Login, settings: AccountSettings): string | null {
  const found = catalog
    .filter(({ type }) => type === 'identity')
    .flatMap(({ endpoints }) => endpoints)
    .find(
      (endpoint) =>
        endpoint.interface === settings.interface &&
        (settings.region === undefined || endpoint.region_id === settings.region),
    );
  return found === undefined ? null : withVersion(found.url.replace(/\/+$/, ''));
}

function authOf(settings: AccountSettings): object {
  const { applicationCredentialId: id, applicationCredentialSecret } = settings;
  if (id !== undefined) {
    const credential = { id, secret: applicationCredentialSecret?.reveal() };
    return {
      identity: { methods: ['application_credential'], application_credential: credential },
    };
  }
  const user = {
    name: settings.username,
    domain: { name: settings.userDomain },
    password: settings.password?.reveal(),
  };
  const project = { name: settings.projectName, domain: { name: settings.projectDomain } };
  return {
    identity: { methods: ['password'], password: { user } },
    scope: settings.systemScope ? { system: { all: true } } : { project },
  };
}
