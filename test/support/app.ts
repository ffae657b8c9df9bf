import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { createApp } from '../../src/app.setup.js';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import { openTracing } from '../../src/platform/observability/tracing/open-tracing.js';
import { BootstrapIdentity } from '../../src/tenants/index.js';
import { Contract } from './contract.js';
import { createTestDatabase } from './database.js';
import { observe } from './observations.js';
import { execute } from './test-server.js';

export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes go out as they are; anything else as JSON, with that content type unless given. */
  readonly body?: unknown;
  /** Sent as `X-Auth-Token`. */
  readonly token?: string;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  /** Parsed when the content type is JSON, else the text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests assert on documents of every shape
  readonly body: any;
  /** The body as it was sent. */
  readonly text: string;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** The whole application, built as `main.ts` builds it, on a database of its own. */
export class TestApp {
  private origin: Promise<string> | undefined;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly config: Config,
    readonly database: Database,
    /** Connection string of the owner of the database that belongs to this application alone. */
    readonly databaseUrl: string,
    private readonly contract: Contract,
    private readonly dropDatabase: () => Promise<void>,
  ) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<TestApp> {
    const { url, serviceUrl, drop } = await createTestDatabase();
    const config = loadConfig({
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: serviceUrl,
      CATALOG_LOG_LEVEL: 'silent',
      // Generous, for machines that do much else; tests of what happens then set their own.
      CATALOG_DATABASE_CONNECT_TIMEOUT_MS: '20000',
      CATALOG_DATABASE_STATEMENT_TIMEOUT_MS: '30000',
      CATALOG_ADMIN_PASSWORD: randomBytes(12).toString('hex'),
      ...environment,
    });
    const database = new Database({ ...config.database, url: config.database.url ?? serviceUrl });
    const tracing = await openTracing(config.tracing);
    try {
      const app = await createApp(config, database, tracing);
      observe(app.getHttpAdapter().getInstance());
      const contract = Contract.watch(app, app.getHttpAdapter().getInstance());
      await app.init();
      await app.getHttpAdapter().getInstance().ready();
      if (config.auth.embedded) await app.get(BootstrapIdentity).execute(config.identity);
      return new TestApp(app, config, database, url, contract, async () => {
        await tracing?.close();
        await drop();
      });
    } catch (error) {
      await database.close();
      await drop();
      throw error;
    }
  }

  /** Runs SQL that the service itself may not: it belongs to the owner of the schema. */
  async asOwner(sql: string): Promise<void> {
    await execute(this.databaseUrl, sql);
  }

  /**
   * Sends a request over a real connection and reads the whole answer.
   * @throws when it is not as the OpenAPI document says
   */
  async request(method: Method, url: string, request: TestRequest = {}): Promise<TestResponse> {
    const { headers = {}, body, token } = request;
    const payload = isRaw(body) ? body : JSON.stringify(body);
    const response = await send(`${await this.listen()}${url}`, {
      method,
      payload,
      headers: {
        ...(isRaw(body) ? {} : { 'content-type': 'application/json' }),
        ...(payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }),
        ...(token === undefined ? {} : { 'x-auth-token': token }),
        ...headers,
      },
    });
    this.contract.requireKept();
    return response;
  }

  /** A token of the bootstrapped admin, scoped to the project `admin`. */
  async adminToken(): Promise<string> {
    const { adminPassword } = this.config.identity;
    const domain = { id: 'default' };
    const response = await this.request('POST', '/identity/v3/auth/tokens', {
      body: {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'admin', domain, password: adminPassword } },
          },
          scope: { project: { name: 'admin', domain } },
        },
      },
    });
    const token = response.headers['x-subject-token'];
    if (typeof token !== 'string') throw new Error(`No token: ${response.text}`);
    return token;
  }

  /** Opens a socket on 127.0.0.1, once; @returns the origin, such as `http://127.0.0.1:41234` */
  listen(): Promise<string> {
    this.origin ??= this.open();
    return this.origin;
  }

  private async open(): Promise<string> {
    await this.app.listen(0, '127.0.0.1');
    const address = this.app.getHttpAdapter().getInstance().server.address();
    if (address === null || typeof address === 'string') throw new Error('Not a TCP server.');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.close();
    await this.dropDatabase();
    this.contract.requireKept();
  }
}

interface Outgoing {
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer | undefined;
}

const ANSWER_TIMEOUT_MS = 20_000;

/** The path goes out as it is given; only what HTTP cannot carry is escaped, and nothing is corrected. */
function send(url: string, { method, headers, payload }: Outgoing): Promise<TestResponse> {
  const [, host, port, rest = '/'] = /^http:\/\/([^:/]+):(\d+)(.*)$/s.exec(url) ?? [];
  const path = rest.replaceAll(/[^\u0021-\u007e]+/g, encodeURIComponent);
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      { host, port, path, method, headers, timeout: ANSWER_TIMEOUT_MS },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve(toResponse(incoming, Buffer.concat(chunks)));
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer to ${method} ${path}.`)));
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function toResponse(incoming: http.IncomingMessage, bytes: Buffer): TestResponse {
  const text = bytes.toString('utf8');
  const isJson = /json/.test(incoming.headers['content-type'] ?? '');
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
    text,
  };
}

/** @param environment settings that differ from the defaults of tests */
export function startTestApp(environment: Readonly<Record<string, string>> = {}): Promise<TestApp> {
  return TestApp.start(environment);
}

function isRaw(body: unknown): body is string | Buffer | undefined {
  return body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
}
