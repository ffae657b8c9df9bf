import { afterAll, beforeAll } from '@jest/globals';
import type { Method, TestResponse } from './app.js';
import { IdentityFixture, logIn, tokenOf, unique } from './identity.js';

/** A project and a token of it for each kind of role. */
export interface Tenant {
  readonly id: string;
  readonly reader: string;
  readonly member: string;
}

export interface ApiRequest {
  /** Of an administrator unless given; null sends none. */
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const PATH = '/image/v2/metadefs/namespaces';

/** The metadata definitions of one application, and those who call for them. */
export class MetadefApi {
  private fixture!: IdentityFixture;
  /** Owns the private namespaces of the tests, but may not write any. */
  owner!: Tenant;
  /** Has nothing to do with any namespace. */
  stranger!: Tenant;
  /** Scoped to the owner's project with a role that no rule mentions. */
  noRole!: string;

  get admin(): string {
    return this.fixture.adminToken;
  }

  get app(): IdentityFixture['app'] {
    return this.fixture.app;
  }

  async start(): Promise<void> {
    this.fixture = await IdentityFixture.start();
    this.owner = await this.tenant();
    this.stranger = await this.tenant();
    this.noRole = await this.tokenOn(this.owner.id, 'service');
  }

  /** @param path below `/v2/metadefs/namespaces`, such as `/OS::A/tags` */
  request(method: Method, path: string, options: ApiRequest = {}): Promise<TestResponse> {
    return this.requestAt(method, `${PATH}${path}`, options);
  }

  requestAt(method: Method, url: string, options: ApiRequest = {}): Promise<TestResponse> {
    const { token = this.admin, ...rest } = options;
    return this.app.request(method, url, { ...rest, ...(token !== null && { token }) });
  }

  get(path: string, options?: ApiRequest): Promise<TestResponse> {
    return this.request('GET', path, options);
  }

  post(path: string, body?: unknown, options?: ApiRequest): Promise<TestResponse> {
    return this.request('POST', path, { body, ...options });
  }

  put(path: string, body?: unknown, options?: ApiRequest): Promise<TestResponse> {
    return this.request('PUT', path, { body, ...options });
  }

  delete(path: string, options?: ApiRequest): Promise<TestResponse> {
    return this.request('DELETE', path, options);
  }

  /** A new public namespace. @returns its name */
  async namespace(body: object = {}): Promise<string> {
    const namespace = unique('OS::Test');
    const created = await this.post('', { namespace, visibility: 'public', ...body });
    expectStatus(created, 201);
    return created.body.namespace;
  }

  /** A new private namespace of the owner. @returns its name */
  privateNamespace(body: object = {}): Promise<string> {
    return this.namespace({ visibility: 'private', owner: this.owner.id, ...body });
  }

  private async tenant(): Promise<Tenant> {
    const { id } = await this.fixture.createProject();
    const [reader, member] = await Promise.all([
      this.tokenOn(id, 'reader'),
      this.tokenOn(id, 'member'),
    ]);
    return { id, reader, member };
  }

  private async tokenOn(projectId: string, role: string): Promise<string> {
    const user = await this.fixture.createUser();
    await this.fixture.grant(`projects/${projectId}`, user.id, role);
    const scope = { project: { id: projectId } };
    return tokenOf(await logIn(this.app, { ...user, scope }));
  }
}

/** Starts an application for the test file that calls this, and stops it afterwards. */
export function useMetadefApi(): MetadefApi {
  const api = new MetadefApi();
  beforeAll(() => api.start());
  afterAll(() => api.app.close());
  return api;
}

/** Of requests sent at once: their order means nothing. */
export const statusesOf = (replies: readonly TestResponse[]): number[] =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

/** The names of listed namespaces. */
export const namespacesOf = (body: {
  readonly namespaces: readonly { readonly namespace: string }[];
}): string[] => body.namespaces.map(({ namespace }) => namespace);

/** A path that the service named, below `/v2/metadefs/namespaces`. */
export const belowNamespaces = (path: string): string =>
  path.replace('/v2/metadefs/namespaces', '');

/** The names of listed things. */
export const namesOf = (items: readonly { readonly name: string }[]): string[] =>
  items.map(({ name }) => name);

export function expectStatus(reply: TestResponse, status: number): void {
  if (reply.status === status) return;
  throw new Error(`${reply.status} instead of ${status}: ${reply.text}`);
}
