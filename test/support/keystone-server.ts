import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOUR_MS = 3_600_000;
export const SERVICE_PASSWORD = 'the service itself';

/** What a test says about a token; everything else has a default. */
export interface TokenFacts {
  readonly roles?: readonly string[];
  readonly projectId?: string | null;
  readonly userId?: string;
  /** Milliseconds from now; negative has expired. */
  readonly lifeMs?: number;
  /** Further members of the token's document, or others than the usual. */
  readonly members?: object;
}

/** How the server misbehaves when it is asked about tokens. */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | 'hang up'
  | 'say nothing'
  | 'never end';

interface Known {
  readonly document: object;
  readonly expiresAt: number;
}

/**
 * A server that speaks as Keystone v3 does about tokens: for faults that a real Keystone cannot be brought to, and
 * for machines without one.
 */
export class KeystoneServer {
  /** Requests so far, such as `GET /v3/auth/tokens?nocatalog`. */
  readonly requests: string[] = [];
  /** `traceparent` of those that had one. */
  readonly traces: string[] = [];
  fault: Fault | null = null;
  /** Of the service's own tokens. */
  serviceTokenLifeMs = HOUR_MS;
  /** May the service account validate tokens? */
  mayValidate = true;
  /** Requests about tokens wait for this. */
  gate: Promise<void> = Promise.resolve();
  private readonly tokens = new Map<string, Known>();
  private readonly serviceTokens = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(port = 0): Promise<KeystoneServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const address = server.address() as AddressInfo;
    const keystone = new KeystoneServer(server, `http://127.0.0.1:${address.port}`);
    server.on('request', (request, response) => {
      keystone.handle(request, response).catch(() => response.destroy());
    });
    return keystone;
  }

  /** Settings for a service behind this server. */
  settings(members: object = {}): Record<string, string> {
    return {
      CATALOG_AUTH_MODES: 'keystone',
      CATALOG_KEYSTONE: JSON.stringify({
        authUrl: `${this.origin}/v3`,
        username: 'image',
        password: { env: 'KEYSTONE_SERVICE_PASSWORD' },
        projectName: 'service',
        maxRetries: 0,
        ...members,
      }),
      KEYSTONE_SERVICE_PASSWORD: SERVICE_PASSWORD,
    };
  }

  issue(facts: TokenFacts = {}): string {
    const token = `gAAAAA${randomBytes(30).toString('base64url')}`;
    const expiresAt = Date.now() + (facts.lifeMs ?? HOUR_MS);
    this.tokens.set(token, { document: documentOf(facts, expiresAt), expiresAt });
    return token;
  }

  revoke(token: string): void {
    this.tokens.delete(token);
  }

  /** Forgets every login of the service, as after an exchange of keys. */
  endServiceSessions(): void {
    this.serviceTokens.clear();
  }

  count(request: string): number {
    return this.requests.filter((seen) => seen.startsWith(request)).length;
  }

  get validations(): number {
    return this.count('GET /v3/auth/tokens');
  }

  get logins(): number {
    return this.count('POST /v3/auth/tokens');
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    this.requests.push(`${request.method} ${url}`);
    const { traceparent } = request.headers;
    if (typeof traceparent === 'string') this.traces.push(traceparent);
    const path = url.split('?', 1)[0];
    if (path === '/v3' || path === '/v3/')
      return reply(response, 200, { version: { id: 'v3.14' } });
    if (path === '/') {
      return reply(response, 300, { versions: { values: [{ id: 'v3.14', status: 'stable' }] } });
    }
    if (path !== '/v3/auth/tokens') return reply(response, 404, error(404));
    if (request.method === 'POST') return this.logIn(await json(request), response);
    await this.gate;
    if (this.fault !== null) return misbehave(this.fault, response);
    this.show(request, response);
  }

  private logIn(body: LoginBody, response: ServerResponse): void {
    const { password, application_credential: credential } = body.auth.identity;
    const secret = credential?.secret ?? password?.user.password;
    if (secret !== SERVICE_PASSWORD) return reply(response, 401, error(401));
    const token = randomBytes(24).toString('base64url');
    const expiresAt = Date.now() + this.serviceTokenLifeMs;
    this.serviceTokens.set(token, expiresAt);
    const url = this.origin;
    const endpoints = [{ interface: 'internal', region_id: 'RegionOne', url }];
    response.setHeader('X-Subject-Token', token);
    reply(response, 201, {
      token: {
        expires_at: new Date(expiresAt).toISOString(),
        catalog: [{ type: 'identity', endpoints }],
      },
    });
  }

  private show({ headers, url = '' }: IncomingMessage, response: ServerResponse): void {
    const asking = String(headers['x-auth-token']);
    if ((this.serviceTokens.get(asking) ?? 0) <= Date.now())
      return reply(response, 401, error(401));
    if (!this.mayValidate) return reply(response, 403, error(403));
    const query = new URLSearchParams(url.split('?')[1]);
    const known = this.find(String(headers['x-subject-token']), query.has('allow_expired'));
    // Whoever does not ask for access rules is not trusted to obey them.
    const isTrusted = headers['openstack-identity-access-rules'] === '1';
    if (known === null || !isTrusted) return reply(response, 404, error(404));
    const { catalog, ...token } = known.document as { catalog?: unknown };
    const withCatalog = { ...token, catalog: catalog ?? [] };
    reply(response, 200, { token: query.has('nocatalog') ? token : withCatalog });
  }

  private find(token: string, allowExpired: boolean): Known | null {
    const known = this.tokens.get(token);
    const isGood = known !== undefined && (allowExpired || known.expiresAt > Date.now());
    return isGood ? known : null;
  }
}

interface LoginBody {
  readonly auth: {
    readonly identity: {
      readonly password?: { readonly user: { readonly password: string } };
      readonly application_credential?: { readonly secret: string };
    };
  };
}

function documentOf(facts: TokenFacts, expiresAt: number): object {
  const {
    projectId = 'a0'.repeat(16),
    roles = ['member', 'reader'],
    userId = 'b1'.repeat(16),
  } = facts;
  const domain = { id: 'default', name: 'Default' };
  return {
    methods: ['password'],
    audit_ids: [randomBytes(16).toString('base64url')],
    issued_at: new Date(expiresAt - HOUR_MS).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
    user: { id: userId, name: 'ann', domain, password_expires_at: null },
    ...(projectId !== null && {
      project: { id: projectId, name: `project ${projectId}`, domain },
      is_domain: false,
      roles: roles.map((name) => ({ id: randomBytes(16).toString('hex'), name })),
    }),
    ...facts.members,
  };
}

function misbehave(fault: Fault, response: ServerResponse): void {
  if (fault === 'say nothing') return;
  if (fault === 'hang up') {
    response.destroy();
    return;
  }
  if (fault === 'never end') {
    response.writeHead(200, { 'content-type': 'application/json' });
    pour(response);
    return;
  }
  response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
  response.end(fault.body ?? '');
}

function pour(response: ServerResponse): void {
  const chunk = ' '.repeat(65_536);
  while (response.writable && response.write(chunk));
  response.once('drain', () => {
    pour(response);
  });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const error = (code: number): object => ({ error: { code, title: 'No', message: 'No.' } });

async function json(request: IncomingMessage): Promise<LoginBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as LoginBody;
}
