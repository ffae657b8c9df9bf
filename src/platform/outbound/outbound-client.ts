import { type Readable, Transform } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { DomainError } from '../../kernel/errors.js';
import { inSpan } from '../observability/tracing/active-span.js';
import type { SpanOptions } from '../observability/tracing/span.js';
import { hostOf, OutboundRules, type OutboundSettings } from './outbound-rules.js';
import { SourceFailed, SourceTooLarge, UnusableAnswer, UrlRefused } from './outbound.errors.js';
import {
  pinnedConnector,
  REAL_NETWORK,
  resolveReachable,
  type Network,
} from './pinned-connector.js';

const SILENCE_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The URL is the user's, and may hold anything. */
const FETCH: SpanOptions = { kind: 'client', attributes: { 'http.request.method': 'GET' } };

export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** More is refused, whether the source announces or just sends it. */
  readonly maxBytes: bigint;
  /** First byte and number of bytes; the source must honour it. */
  readonly range?: { readonly offset: bigint; readonly length: bigint };
  /** For the URL alone: where it redirects to does not get them. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Fetched {
  /** The caller owns it and must consume or destroy it. Its errors are {@link SourceFailed} and the like. */
  readonly body: Readable;
  /** As announced; null when the source did not say. */
  readonly bytes: bigint | null;
  readonly modifiedAt: Date | null;
}

/**
 * Fetches from where users point to, and only from where the rules let it (S-55 to S-57, S-73). What is asked learns
 * nothing of traces.
 */
export class OutboundClient {
  private readonly rules: OutboundRules;

  constructor(
    settings: OutboundSettings,
    private readonly network: Network = REAL_NETWORK,
    private readonly silenceMs = SILENCE_TIMEOUT_MS,
  ) {
    this.rules = new OutboundRules(settings);
  }

  /**
   * Whether a later {@link get} has a chance: for answering a request before any work is begun.
   * @throws UrlRefused by the rules, or because the host has no address or one that may not be reached
   */
  async requirePermitted(url: string): Promise<void> {
    await resolveReachable(hostOf(this.rules.parse(url)), this.rules, this.network);
  }

  /**
   * Opens the URL, following at most five redirects, each under the same rules. Ten seconds to connect, sixty
   * without a byte; no limit on the whole.
   * @throws UrlRefused for what the URL says, SourceTooLarge, SourceFailed for everything behind it, or the
   * signal's reason
   */
  get(url: string, options: FetchOptions): Promise<Fetched> {
    return inSpan('GET', FETCH, () => this.open(url, options));
  }

  private async open(url: string, options: FetchOptions): Promise<Fetched> {
    const first = this.rules.parse(url);
    const agent = this.createAgent();
    try {
      const answer = await this.follow(first, agent, options);
      return { body: guardedBody(answer, agent, options), ...factsOf(answer) };
    } catch (error) {
      destroyQuietly(agent);
      throw translate(error, options.signal);
    }
  }

  /** One for each call: no connection outlives the check that it was made under. */
  private createAgent(): Agent {
    return new Agent({
      connect: pinnedConnector(this.rules, this.network),
      headersTimeout: this.silenceMs,
      bodyTimeout: this.silenceMs,
      connections: 1,
      pipelining: 1,
    });
  }

  private async follow(
    first: URL,
    agent: Agent,
    options: FetchOptions,
  ): Promise<Dispatcher.ResponseData> {
    let url = first;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const answer = await request(url, {
        dispatcher: agent,
        headers: {
          ...(hops === 0 && options.headers),
          'accept-encoding': 'identity',
          ...rangeHeader(options),
        },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      if (!REDIRECTS.has(answer.statusCode)) return requireData(answer, options);
      discard(answer);
      url = this.redirectTarget(answer, url);
    }
    throw new Error('Too many redirects.');
  }

  private redirectTarget({ headers }: Dispatcher.ResponseData, from: URL): URL {
    const { location } = headers;
    if (typeof location !== 'string' || !URL.canParse(location, from.href)) {
      throw new Error('A redirect without a target.');
    }
    // An absolute target is judged as it is written; a relative one stays on the host that has passed.
    return this.rules.parse(URL.canParse(location) ? location : new URL(location, from).href);
  }
}

function rangeHeader({ range }: FetchOptions): Record<string, string> {
  if (range === undefined) return {};
  return { range: `bytes=${range.offset}-${range.offset + range.length - 1n}` };
}

function requireData(
  answer: Dispatcher.ResponseData,
  { maxBytes, range }: FetchOptions,
): Dispatcher.ResponseData {
  const { bytes } = factsOf(answer);
  const expectedStatus = range === undefined ? 200 : 206;
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  const isWrong =
    answer.statusCode !== expectedStatus ||
    encoding !== 'identity' ||
    (range !== undefined && bytes !== range.length);
  if (!isWrong && (bytes ?? 0n) <= maxBytes) return answer;
  discard(answer);
  throw isWrong ? new UnusableAnswer(answer.statusCode) : new SourceTooLarge(maxBytes);
}

function factsOf({ headers }: Dispatcher.ResponseData): Omit<Fetched, 'body'> {
  const length = headers['content-length'];
  const modified = headers['last-modified'];
  const modifiedAt = typeof modified === 'string' ? new Date(modified) : new Date(NaN);
  return {
    bytes: typeof length === 'string' && /^\d{1,18}$/.test(length) ? BigInt(length) : null,
    modifiedAt: Number.isNaN(modifiedAt.getTime()) ? null : modifiedAt,
  };
}

/** The body, cut at the limit, with errors translated; its end is the end of the connection. */
function guardedBody(
  { body }: Dispatcher.ResponseData,
  agent: Agent,
  { maxBytes, signal }: FetchOptions,
): Readable {
  let bytes = 0n;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += BigInt(chunk.byteLength);
      if (bytes > maxBytes) done(new SourceTooLarge(maxBytes));
      else done(null, chunk);
    },
  });
  // Destroyed with the translated error at once: whoever begins to read later finds that one.
  body.once('error', (error) => counted.destroy(translate(error, signal) as Error));
  body.once('close', () => {
    if (!body.readableEnded) counted.destroy(translate(new Error('Cut off.'), signal) as Error);
  });
  counted.once('error', () => undefined);
  counted.once('close', () => {
    discard({ body });
    destroyQuietly(agent);
  });
  return body.pipe(counted);
}

function translate(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  // A refused redirect is told apart from other failures in the log only.
  if (error instanceof DomainError && !(error instanceof UrlRefused)) return error;
  return new SourceFailed(error);
}

function discard({ body }: Pick<Dispatcher.ResponseData, 'body'>): void {
  // Its end is of no interest, and neither is how it fails.
  body.on('error', () => undefined).destroy();
}

function destroyQuietly(agent: Agent): void {
  agent.destroy().catch(() => undefined);
}
