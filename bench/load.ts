import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'HEAD';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a run of requests came to; latencies in milliseconds, sorted. */
export interface Outcome {
  readonly requests: number;
  readonly errors: number;
  readonly refused: number;
  readonly seconds: number;
  readonly latencies: readonly number[];
}

/** Makes the n-th request. */
export type Requests = (n: number) => BenchRequest;

class Recorder {
  private readonly latencies: number[] = [];
  private errors = 0;
  private refused = 0;
  private readonly startedAt = performance.now();

  async send(pool: Pool, request: BenchRequest, dueAt = performance.now()): Promise<void> {
    try {
      const { statusCode, body } = await pool.request({
        ...request,
        headers: { ...request.headers },
      });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (statusCode === 503) this.refused += 1;
      else if (statusCode >= 400) this.errors += 1;
      else this.latencies.push(performance.now() - dueAt);
    } catch {
      this.errors += 1;
    }
  }

  outcome(): Outcome {
    const { errors, refused } = this;
    const latencies = this.latencies.toSorted((a, b) => a - b);
    const seconds = (performance.now() - this.startedAt) / 1000;
    return { requests: latencies.length, errors, refused, seconds, latencies };
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

/**
 * Open loop: requests are due at a fixed rate, answered or not, and latency counts from when each was due. So a
 * service that stalls is charged for all that had to wait (no coordinated omission).
 */
export async function openLoop(
  origin: string,
  requests: Requests,
  { seconds, perSecond }: Open,
): Promise<Outcome> {
  const pool = new Pool(origin, { connections: 256, pipelining: 1 });
  const recorder = new Recorder();
  const running: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const dueAt = start + (n * 1000) / perSecond;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    running.push(recorder.send(pool, requests(n), dueAt));
  }
  await Promise.all(running);
  const outcome = recorder.outcome();
  await pool.close();
  return outcome;
}

/** @param share 0.5 is the median */
export const quantile = ({ latencies }: Outcome, share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? NaN;
