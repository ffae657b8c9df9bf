import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../../src/app.setup.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import type { TestResponse } from './app.js';
import { IdentityFixture } from './identity.js';

type Headers = Readonly<Record<string, string>>;

export const OCTETS = { 'content-type': 'application/octet-stream' };

export const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
export const sha512 = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('hex');

/** An application with identity, whose stores are in a directory of its own. */
export class ImageDataFixture {
  private readonly undo: (() => Promise<void>)[] = [];

  private constructor(
    readonly identity: IdentityFixture,
    readonly directory: string,
    private readonly environment: Headers,
  ) {}

  static async start(environment: Headers = {}): Promise<ImageDataFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'catalog-data-'));
    const all = { CATALOG_DATA_DIR: directory, ...environment };
    return new ImageDataFixture(await IdentityFixture.start(all), directory, all);
  }

  get app() {
    return this.identity.app;
  }

  get token(): string {
    return this.identity.adminToken;
  }

  /** A queued raw, bare image. @returns its id */
  async createImage(attributes: object = {}, token = this.token): Promise<string> {
    const body = { disk_format: 'raw', container_format: 'bare', ...attributes };
    const reply = await this.app.request('POST', '/image/v2/images', { token, body });
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.body.id;
  }

  async activeImage(bytes: Buffer, attributes: object = {}): Promise<string> {
    const id = await this.createImage(attributes);
    const reply = await this.upload(id, bytes);
    if (reply.status !== 204) throw new Error(reply.text);
    return id;
  }

  upload(id: string, body: Buffer | string, headers: Headers = {}, token = this.token) {
    const url = `/image/v2/images/${id}/file`;
    return this.app.request('PUT', url, { token, body, headers: { ...OCTETS, ...headers } });
  }

  stage(id: string, body: Buffer | string, headers: Headers = {}, token = this.token) {
    const url = `/image/v2/images/${id}/stage`;
    return this.app.request('PUT', url, { token, body, headers: { ...OCTETS, ...headers } });
  }

  /** Whole replies with their bytes unharmed. */
  async download(id: string, headers: Headers = {}, token = this.token, query = '') {
    const url = `/image/v2/images/${id}/file${query}`;
    const reply = await this.app.app.inject({
      method: 'GET',
      url,
      headers: { 'x-auth-token': token, ...headers },
    });
    return { status: reply.statusCode, headers: reply.headers, bytes: reply.rawPayload };
  }

  async show(id: string, token = this.token): Promise<TestResponse['body']> {
    return (await this.app.request('GET', `/image/v2/images/${id}`, { token })).body;
  }

  /** Everything that any store under the directory holds, finished or not. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  }

  async filesOf(id: string): Promise<string[]> {
    return (await this.files()).filter((name) => name.includes(id));
  }

  /** A token of somebody in a new tenant. */
  async stranger(): Promise<string> {
    return (await this.identity.member()).token;
  }

  /** Another process's view of the same catalog: same database, same stores. */
  async replica() {
    const { databaseUrl } = this.app;
    const config = loadConfig({
      HOST: '127.0.0.1',
      PORT: '0',
      CATALOG_LOG_LEVEL: 'silent',
      ...this.environment,
      DATABASE_URL: databaseUrl,
    });
    const database = new Database({ ...config.database, url: databaseUrl });
    const app = await createApp(config, database, null);
    await app.listen(0, '127.0.0.1');
    this.undo.push(async () => {
      await app.close();
      await database.close();
    });
    return { app, origin: await app.getUrl() };
  }

  async close(): Promise<void> {
    for (const step of this.undo) await step();
    await this.app.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Waits until the claim holds; fails with its last error after the time. */
export async function eventually(claim: () => Promise<void>, milliseconds = 5000): Promise<void> {
  const end = performance.now() + milliseconds;
  for (;;) {
    try {
      await claim();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(25);
    }
  }
}

export const unknownId = (): string => randomUUID();
