import { setTimeout as pause } from 'node:timers/promises';
import { Agent, errors, request, type Dispatcher } from 'undici';
import { inSpan } from '../observability/tracing/active-span.js';
import { callSpan, endOfCall } from './call-span.js';

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 64;
const FIRST_PAUSE_MS = 100;

export interface TrustedClientOptions {
  readonly connectTimeoutMs: number;
  /** For everything from the first byte sent to the last one received. */
  readonly timeoutMs: number;
  /** How often a connection that could not be made is tried anew, after 100 ms, 200 ms, 400 ms … */
  readonly maxRetries: number;
}

export interface TrustedCall {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a form. */
  readonly body?: object | URLSearchParams;
}

export interface TrustedAnswer {
  readonly status: number;
  /** Of headers that were sent several times, the first. */
  header(name: string): string | null;
  /** The document; undefined when the body is not JSON. */
  readonly body: unknown;
}

/**
 * Asks services that the operator has named, so where they are is not judged. Bounded in time and bytes all the
 * same, and redirects are not followed: what answers elsewhere was not named. Traces go on in what is asked.
 */
export class TrustedClient {
  private readonly agent: Agent;

  constructor(private readonly options: TrustedClientOptions) {
    this.agent = new Agent({
      connect: { timeout: options.connectTimeoutMs },
      connections: MAX_CONNECTIONS,
    });
  }

  /** @throws Error when no complete answer arrives in time, whatever the reason */
  async send(url: string, call: TrustedCall = {}): Promise<TrustedAnswer> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.sendTraced(url, call);
      } catch (error) {
        if (!wasNeverSent(error) || tries >= this.options.maxRetries) throw error;
      }
      await pause(FIRST_PAUSE_MS * 2 ** tries);
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private sendTraced(url: string, call: TrustedCall): Promise<TrustedAnswer> {
    const { method = 'GET', headers } = call;
    return inSpan(
      method,
      callSpan(method, url),
      (span) => this.sendOnce(url, { ...call, headers: { ...headers, ...span?.headers } }),
      ({ status }) => endOfCall(status),
    );
  }

  private async sendOnce(url: string, call: TrustedCall): Promise<TrustedAnswer> {
    const { method = 'GET', headers = {}, body } = call;
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    const answer = await request(url, {
      dispatcher: this.agent,
      signal,
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': contentTypeOf(body) }),
        ...headers,
      },
      body: body === undefined ? null : textOf(body),
    });
    return {
      status: answer.statusCode,
      header: (name) => [answer.headers[name] ?? []].flat()[0] ?? null,
      body: parsed(await bounded(answer)),
    };
  }
}

const contentTypeOf = (body: object): string =>
  body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json';

const textOf = (body: object): string =>
  body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);

async function bounded({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // Leaving the loop destroys the body, and the connection with it.
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`The answer exceeds ${MAX_ANSWER_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);

function wasNeverSent(error: unknown): boolean {
  if (error instanceof errors.ConnectTimeoutError) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && CONNECTION_CODES.has(code);
}
