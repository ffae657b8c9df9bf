import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { Outcome, Shown } from './ledger.js';

export interface Answer {
  /** 0 when the connection broke. */
  readonly status: number;
  readonly body: Buffer;
}

export interface Sent {
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly type?: string;
  /** Hears of bytes of the answer; the next ones are read when it is done. */
  readonly arrived?: (bytes: number) => Promise<void>;
}

/** Counts of what came back, over a client's life. */
export interface Tally {
  answered: number;
  acknowledged: number;
  /** 503 with `Retry-After`, which is how the service says that it cannot now. */
  unavailable: number;
  broken: number;
  /** What no client should ever see: other statuses of 500 and above, 503 without `Retry-After`. */
  improper: number;
  /** 413: there is no room. */
  full: number;
  longestMs: number;
}

const PATIENCE_MS = 60_000;

export const newTally = (): Tally => ({
  answered: 0,
  acknowledged: 0,
  unavailable: 0,
  broken: 0,
  improper: 0,
  full: 0,
  longestMs: 0,
});

/** Speaks to one origin and keeps count. Repeats nothing. */
export class Client {
  private readonly pool: Pool;
  tally = newTally();
  /** Examples of improper answers, for the report. */
  readonly oddities = new Set<string>();

  constructor(
    origin: string,
    private readonly token: string,
    connections = 50,
  ) {
    const timeouts = { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS };
    this.pool = new Pool(origin, { connections, pipelining: 1, ...timeouts });
  }

  async send(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, sent: Sent = {}) {
    const { body, type = 'application/json', arrived } = sent;
    const headers = {
      'x-auth-token': this.token,
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    const started = performance.now();
    try {
      const payload = typeof body === 'object' ? Readable.from(body, { objectMode: false }) : body;
      const reply = await this.pool.request({ method, path, headers, body: payload ?? null });
      const chunks: Buffer[] = [];
      for await (const chunk of reply.body as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        await arrived?.(chunk.length);
      }
      const bytes = Buffer.concat(chunks);
      const answer = { status: reply.statusCode, body: bytes };
      const hasAdvice = reply.headers['retry-after'] !== undefined;
      this.count(answer, hasAdvice, `${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`);
      return answer;
    } catch {
      this.tally.broken += 1;
      return { status: 0, body: Buffer.alloc(0) };
    } finally {
      this.tally.longestMs = Math.max(this.tally.longestMs, performance.now() - started);
    }
  }

  /** @returns undefined when nobody answers properly */
  async show(id: string): Promise<Shown | undefined> {
    const { status, body } = await this.send('GET', `/image/v2/images/${id}`);
    if (status === 404) return null;
    return status === 200 ? (JSON.parse(body.toString()) as Shown) : undefined;
  }

  /** @returns the MD5 of the bytes, or undefined when they did not come whole */
  async download(id: string, arrived: NonNullable<Sent['arrived']>): Promise<string | undefined> {
    const { status, body } = await this.send('GET', `/image/v2/images/${id}/file`, { arrived });
    return status === 200 ? createHash('md5').update(body).digest('hex') : undefined;
  }

  async isReady(): Promise<boolean> {
    const { status } = await this.pool
      .request({ method: 'GET', path: '/readyz' })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return { status: statusCode };
      })
      .catch(() => ({ status: 0 }));
    return status === 200;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private count({ status, body }: Answer, hasAdvice: boolean, what: string): void {
    this.tally.answered += 1;
    if (status < 300) this.tally.acknowledged += 1;
    if (status === 413) this.tally.full += 1;
    if (status === 503 && hasAdvice) this.tally.unavailable += 1;
    else if (status >= 500) {
      this.tally.improper += 1;
      this.oddities.add(`${status} to ${what}: ${body.toString().slice(0, 200)}`);
    }
  }
}

/** 503 and a broken connection leave open whether a write took effect. */
export function outcomeOf({ status }: Answer): Outcome {
  if (status >= 200 && status < 300) return 'done';
  return status === 0 || status >= 500 ? 'unknown' : 'refused';
}
