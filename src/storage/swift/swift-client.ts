import { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { DomainError, Unavailable } from '../../kernel/errors.js';
import { ImageDataMissing, StoreFull } from '../../images/domain/image-data.errors.js';
import { logIn, type SwiftSession, type SwiftSettings } from './swift-login.js';

/** Silence on a connection; a reader that rests longer loses it. */
const SILENCE_TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 5000;
/** A token that ends sooner is renewed first: a request with a streamed body cannot be repeated. */
const TOKEN_MARGIN_MS = 120_000;
const UNAUTHORIZED = 401;
const FULL: ReadonlySet<number> = new Set([413, 507]);
const MISSING: ReadonlySet<number> = new Set([404, 416]);

export interface SwiftCall {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Container, or container and object. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
}

/** An account of OpenStack Object Storage: logs in when needed and tells failures as the port promises them. */
export class SwiftClient {
  private readonly agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: SILENCE_TIMEOUT_MS,
    bodyTimeout: SILENCE_TIMEOUT_MS,
  });
  private session: Promise<SwiftSession> | null = null;

  constructor(private readonly settings: SwiftSettings) {}

  /**
   * @returns the answer with a 2xx status, whose body the caller must read or dump
   * @throws ImageDataMissing for 404 and 416, StoreFull, Unavailable; what a body throws passes through it
   */
  async send(call: SwiftCall): Promise<Dispatcher.ResponseData> {
    const answer = await this.attempt(call);
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode < 300) return answer;
    await answer.body.dump();
    const cause = new Error(`Swift answered ${call.method} with ${statusCode}.`);
    if (MISSING.has(statusCode)) throw new ImageDataMissing(cause);
    if (FULL.has(statusCode)) throw new StoreFull(cause);
    throw unavailable(cause);
  }

  /** For calls whose answer has no body of interest. */
  async finish(call: SwiftCall): Promise<Dispatcher.ResponseData> {
    const answer = await this.send(call);
    await answer.body.dump();
    return answer;
  }

  private async attempt(call: SwiftCall): Promise<Dispatcher.ResponseData> {
    try {
      const answer = await this.sendOnce(call);
      if (answer.statusCode !== UNAUTHORIZED) return answer;
      this.session = null;
      if (typeof call.body === 'object') return answer;
      await answer.body.dump();
      return await this.sendOnce(call);
    } catch (error) {
      throw error instanceof DomainError ? error : unavailable(error);
    }
  }

  private async sendOnce(call: SwiftCall): Promise<Dispatcher.ResponseData> {
    const { storageUrl, token } = await this.currentSession();
    const path = call.path.map(encodeURIComponent).join('/');
    return request(`${storageUrl}/${path}`, {
      dispatcher: this.agent,
      method: call.method,
      headers: { 'x-auth-token': token, ...call.headers },
      query: { ...call.query },
      body: bodyOf(call),
    });
  }

  /** One login for all who wait for it; a failed one is tried anew by the next. */
  private async currentSession(): Promise<SwiftSession> {
    const session = this.session === null ? null : await this.session.catch(() => null);
    if (session !== null && session.expiresAt.getTime() - Date.now() > TOKEN_MARGIN_MS) {
      return session;
    }
    this.session = logIn(this.settings, this.agent);
    return this.session;
  }
}

function bodyOf({ method, body }: SwiftCall): string | Readable | null {
  if (typeof body === 'object') return Readable.from(body, { objectMode: false });
  return body ?? (method === 'PUT' ? '' : null);
}

function unavailable(cause: unknown): Unavailable {
  return new Unavailable('The image store is not available.', { cause });
}
