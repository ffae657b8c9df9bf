import { afterAll, beforeAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { ImageRepository } from '../../src/images/application/ports/image.repository.js';
import type { MemberStatus } from '../../src/images/domain/image-access.js';
import type { ImageAttributes } from '../../src/images/domain/image-attributes.js';
import { Image } from '../../src/images/domain/image.js';
import { startTestApp, type Method, type TestApp, type TestResponse } from './app.js';
import { Callers, type TenantCallers } from './callers.js';

export const PATCH_V20 = 'application/openstack-images-v2.0-json-patch';
export const PATCH_V21 = 'application/openstack-images-v2.1-json-patch';

export interface ApiRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A member of the owner tenant unless given; null sends none. */
  readonly token?: string | null;
}

/** An image as the API shows it; additional properties by index. */
export interface ImageDocument {
  readonly id: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly status: string;
  readonly visibility: string;
  readonly tags: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly [attribute: string]: unknown;
}

export interface ImageListDocument {
  readonly images: readonly ImageDocument[];
  readonly first: string;
  readonly next?: string;
  readonly schema: string;
}

/** The Image API of one application on its `/image` mount, with tenants to call it and images to call it for. */
export class ImageApi {
  app!: TestApp;
  callers!: Callers;
  /** Owns what the builders make unless a test says otherwise. */
  owner!: TenantCallers;
  /** Whom images are shared with. */
  partner!: TenantCallers;
  /** Has nothing to do with any image. */
  stranger!: TenantCallers;

  private environment: Readonly<Record<string, string>> = {};

  async start(environment: Readonly<Record<string, string>>): Promise<void> {
    this.environment = environment;
    this.app = await startTestApp(environment);
    this.callers = await Callers.create(this.app);
    this.owner = await this.callers.tenant('owner');
    this.partner = await this.callers.tenant('partner');
    this.stranger = await this.callers.tenant('stranger');
  }

  /** Starts a second replica of a service: another application on the same database, with the same callers. */
  async join(first: ImageApi): Promise<void> {
    const { config, databaseUrl } = first.app;
    this.app = await startTestApp({
      ...first.environment,
      DATABASE_URL: databaseUrl,
      CATALOG_ADMIN_PASSWORD: config.identity.adminPassword ?? '',
    });
    const { callers, owner, partner, stranger } = first;
    Object.assign(this, { callers, owner, partner, stranger });
  }

  /** @param path below `/image/v2`, such as `/images` */
  request(method: Method, path: string, options: ApiRequest = {}): Promise<TestResponse> {
    const { token = this.owner.member, ...rest } = options;
    const url = `/image/v2${path}`;
    return this.app.request(method, url, { ...rest, ...(token !== null && { token }) });
  }

  get(path: string, options?: ApiRequest): Promise<TestResponse> {
    return this.request('GET', path, options);
  }

  post(path: string, body?: unknown, options: ApiRequest = {}): Promise<TestResponse> {
    return this.request('POST', path, { body, ...options });
  }

  put(path: string, body?: unknown, options: ApiRequest = {}): Promise<TestResponse> {
    return this.request('PUT', path, { body, ...options });
  }

  delete(path: string, options?: ApiRequest): Promise<TestResponse> {
    return this.request('DELETE', path, options);
  }

  /** Sends a patch of media type v2.1 unless the headers name another. */
  patch(id: string, operations: unknown, options: ApiRequest = {}): Promise<TestResponse> {
    const headers = { 'content-type': PATCH_V21, ...options.headers };
    return this.request('PATCH', `/images/${id}`, { ...options, body: operations, headers });
  }

  /** Sends a patch of media type v2.0, where the verb is the key. */
  patchV20(id: string, operations: unknown, options: ApiRequest = {}): Promise<TestResponse> {
    return this.patch(id, operations, { ...options, headers: { 'content-type': PATCH_V20 } });
  }

  /** A new image of the owner, made through the API. @returns its document */
  async image(body: object = {}, token = this.owner.member): Promise<ImageDocument> {
    return expectStatus(await this.post('/images', body, { token }), 201).body;
  }

  /** An image as a loader would store it: any status, size and dates. @returns its id */
  async storedImage(attributes: Partial<ImageAttributes> = {}): Promise<string> {
    const defaults = { ...ACTIVE, id: randomUUID(), owner: this.owner.tenantId };
    const image = new Image({ ...defaults, ...attributes });
    await this.app.app.get(ImageRepository, { strict: false }).add(image, -1);
    return image.attributes.id;
  }

  /** A list as a caller sees it. @param query with its question mark, or nothing */
  async list(query = '', token = this.owner.member): Promise<ImageListDocument> {
    return expectStatus(await this.get(`/images${query}`, { token }), 200).body;
  }

  /** The names of {@link list}, empty where there is none. */
  async names(query: string, token?: string): Promise<string[]> {
    return (await this.list(query, token)).images.map(({ name }) => name ?? '');
  }

  /** The image as an admin sees it. */
  async shown(id: string): Promise<ImageDocument> {
    const reply = await this.get(`/images/${id}`, { token: this.owner.admin });
    return expectStatus(reply, 200).body;
  }

  /** Shares an image of the owner with a tenant, which answers unless `pending`. */
  async share(imageId: string, member: TenantCallers, status: MemberStatus): Promise<void> {
    const members = `/images/${imageId}/members`;
    expectStatus(await this.post(members, { member: member.tenantId }), 200);
    const answer = { token: member.member };
    expectStatus(await this.put(`${members}/${member.tenantId}`, { status }, answer), 200);
  }
}

/** Starts an application for the test file (or `describe`) that calls this, and stops it afterwards. */
export function useImageApi(environment: Readonly<Record<string, string>> = {}): ImageApi {
  const api = new ImageApi();
  beforeAll(() => api.start(environment));
  afterAll(() => api.app.close());
  return api;
}

export function expectStatus(reply: TestResponse, status: number): TestResponse {
  if (reply.status === status) return reply;
  throw new Error(`${reply.status} instead of ${status}: ${reply.text}`);
}

const ACTIVE: Omit<ImageAttributes, 'id' | 'owner'> = {
  name: null,
  status: 'active',
  visibility: 'shared',
  isProtected: false,
  isHidden: false,
  diskFormat: 'raw',
  containerFormat: 'bare',
  size: 1024n,
  virtualSize: null,
  checksum: null,
  hashAlgorithm: null,
  hashValue: null,
  minDisk: 0,
  minRam: 0,
  tags: [],
  properties: {},
  createdAt: new Date('2026-01-02T03:04:05.000Z'),
  updatedAt: new Date('2026-01-02T03:04:05.000Z'),
  version: 1,
};
