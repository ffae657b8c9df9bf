import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Metrics } from './metrics.js';

type Exported = Awaited<ReturnType<Metrics['export']>>;

interface Question {
  readonly metricsWanted: number;
}

interface Answer {
  readonly metricsFor: number;
  readonly metrics: Exported;
}

/** A worker that is starting, ending or stuck is left out rather than waited for. */
const PATIENCE_MS = 2000;
let questions = 0;

/** In a worker: answers whenever the first process asks. */
export function answerForMetrics(metrics: Metrics): void {
  process.on('message', (message: Partial<Question>) => {
    const { metricsWanted } = message;
    if (metricsWanted === undefined) return;
    const answer = async (): Promise<void> => {
      const exported = await metrics.export();
      process.send?.({ metricsFor: metricsWanted, metrics: exported } satisfies Answer);
    };
    answer().catch(() => undefined); // as if it did not answer
  });
}

/** In the first process: the figures of all workers that answer, as those of one. */
export async function printForAllWorkers(): Promise<string> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const answers = await Promise.all(workers.map((worker) => ask(worker)));
  const exported = answers.filter((answer) => answer !== null);
  return AggregatorRegistry.aggregate(exported).metrics();
}

function ask(worker: Worker): Promise<Exported | null> {
  questions += 1;
  const question = questions;
  return new Promise((resolve) => {
    const settle = (exported: Exported | null): void => {
      clearTimeout(timer);
      worker.off('message', hear);
      resolve(exported);
    };
    const hear = (message: Partial<Answer>): void => {
      if (message.metricsFor === question) settle(message.metrics ?? null);
    };
    const timer = setTimeout(() => {
      settle(null);
    }, PATIENCE_MS);
    worker.on('message', hear);
    if (worker.isConnected()) worker.send({ metricsWanted: question } satisfies Question);
    else settle(null);
  });
}
