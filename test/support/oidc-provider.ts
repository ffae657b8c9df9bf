import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes, type JsonWebKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export const AUDIENCE = 'image-catalog';

/** A private key as a provider holds it. */
export type SigningKey = JsonWebKey & { readonly kid: string; readonly alg: string };

interface ProviderOptions {
  readonly keys: readonly SigningKey[];
  /** By client: the claims that its tokens carry beside the standard ones. */
  readonly clients: Readonly<Record<string, object>>;
  /** `jwt` unless given; `opaque` tokens mean nothing to anybody but the provider. */
  readonly tokenFormat?: 'jwt' | 'opaque';
}

export function aSigningKey(kid = randomBytes(6).toString('hex')): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
}

/** The npm package `oidc-provider`, a certified OpenID provider, on a free port of 127.0.0.1. */
export class OidcProvider {
  private answers = new Map<number, (result: unknown) => void>();
  private calls = 0;
  issuer = '';
  private resource = '';

  private constructor(
    private readonly child: ChildProcess,
    private options: ProviderOptions,
  ) {
    child.on('message', ({ id, result }: { id: number; result: unknown }) => {
      this.answers.get(id)?.(result);
    });
  }

  static async start(options: ProviderOptions): Promise<OidcProvider> {
    const script = fileURLToPath(new URL('./oidc-provider-process.mjs', import.meta.url));
    const child = fork(script, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const provider = new OidcProvider(child, options);
    const settings = { ...options, audience: AUDIENCE };
    const started = await provider.call<{ issuer: string; resource: string }>('start', settings);
    provider.issuer = started.issuer;
    provider.resource = started.resource;
    return provider;
  }

  /** A token for one of the clients, as a client gets it. */
  async token(client: string, scope = ''): Promise<string> {
    const isOpaque = this.options.tokenFormat === 'opaque';
    const answer = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      ...(isOpaque && { headers: { authorization: `Basic ${btoa(`${client}:${client}`)}` } }),
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(!isOpaque && { client_id: client, client_secret: client }),
        resource: this.resource,
        ...(scope !== '' && { scope }),
      }),
    });
    const { access_token: token } = (await answer.clone().json()) as { access_token?: string };
    if (token === undefined) throw new Error(`No token: ${await answer.text()}`);
    return token;
  }

  /** Signs with the first of these keys from now on, and publishes them all. */
  async rotate(keys: readonly SigningKey[]): Promise<void> {
    this.options = { ...this.options, keys };
    await this.call('rotate', { ...this.options, audience: AUDIENCE });
  }

  /** How often the keys were asked for. */
  async keyFetches(): Promise<number> {
    return this.countOf('GET /jwks');
  }

  /** How often somebody asked about a token. */
  async introspections(): Promise<number> {
    return this.countOf('POST /token/introspection');
  }

  private async countOf(wanted: string): Promise<number> {
    const requests = await this.call<string[]>('requests');
    return requests.filter((request) => request === wanted).length;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  private call<T>(action: string, settings: object = {}): Promise<T> {
    const id = (this.calls += 1);
    return new Promise((resolve) => {
      this.answers.set(id, (result) => {
        resolve(result as T);
      });
      this.child.send({ id, action, settings });
    });
  }
}
