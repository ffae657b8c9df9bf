import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'HEAD';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a run of requests came to; latencies in milliseconds, sorted: since each was due, and since it was sent. */
export interface Outcome {
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly sinceSent: readonly number[];
}

/** Makes the n-th request. */
export type Requests = (n: number) => BenchRequest;

class Recorder {
  private readonly latencies: number[] = [];
  private readonly sinceSent: number[] = [];
  private errors = 0;
  private refused = 0;
  private readonly startedAt = performance.now();

  async send(pool: Pool, request: BenchRequest, dueAt = performance.now()): Promise<void> {
    const sentAt = performance.now();
    try {
      const { statusCode, body } = await pool.request({
        ...request,
        headers: { ...request.headers },
      });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (statusCode === 503) this.refused += 1;
      else if (statusCode >= 400) this.errors += 1;
      else {
        const now = performance.now();
        this.latencies.push(now - dueAt);
        this.sinceSent.push(now - sentAt);
      }
    } catch {
      this.errors += 1;
    }
  }

  outcome(): Outcome {
    const { errors, refused } = this;
    const [latencies, sinceSent] = [this.latencies, this.sinceSent].map((all) =>
      all.toSorted((a, b) => a - b),
    ) as [number[], number[]];
    const seconds = (performance.now() - this.startedAt) / 1000;
    return { requests: latencies.length, errors, refused, seconds, latencies, sinceSent };
  }
}

interface Closed {
  readonly seconds: number;
  /** Connections, each with one request at a time. */
  readonly connections: number;
}

/** Closed loop: every client sends its next request when the last one is answered. */
export async function closedLoop(
  origin: string,
  requests: Requests,
  { seconds, connections }: Closed,
): Promise<Outcome> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const recorder = new Recorder();
  const end = performance.now() + seconds * 1000;
  let n = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) await recorder.send(pool, requests((n += 1)));
  };
  await Promise.all(Array.from({ length: connections }, client));
  const outcome = recorder.outcome();
  await pool.close();
  return outcome;
}

interface Open {
  readonly seconds: number;
  readonly perSecond: number;
}

/** Clients, each with one request at a time: so many can wait for an answer, what is due then waits for one of them. */
const OPEN_CONNECTIONS = 1000;

/** Lets as many work at the same time as there are connections. */
class Clients {
  private free = OPEN_CONNECTIONS;
  private readonly waiting: (() => void)[] = [];

  async run(work: () => Promise<void>): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    await work();
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

/** Connections are there before they are needed, as those of clients that have run for a while. */
async function connect(pool: Pool): Promise<void> {
  const probe = async (): Promise<void> => {
    const { body } = await pool.request({ method: 'GET', path: '/healthz' });
    await body.dump();
  };
  await Promise.all(Array.from({ length: OPEN_CONNECTIONS }, probe));
}

/**
 * Open loop: requests are due at a fixed rate, answered or not, and latency counts from when each was due. So a
 * service that stalls is charged for all that had to wait (no coordinated omission).
 */
export async function openLoop(
  origin: string,
  requests: Requests,
  { seconds, perSecond }: Open,
): Promise<Outcome> {
  const pool = new Pool(origin, { connections: OPEN_CONNECTIONS, pipelining: 1 });
  await connect(pool);
  const recorder = new Recorder();
  const clients = new Clients();
  const running: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const dueAt = start + (n * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 0) await sleep(early);
    running.push(clients.run(() => recorder.send(pool, requests(n), dueAt)));
  }
  await Promise.all(running);
  const outcome = recorder.outcome();
  await pool.close();
  return outcome;
}

/** @param share 0.5 is the median */
export const quantile = ({ latencies }: Pick<Outcome, 'latencies'>, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? NaN;
