import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { cpuBetween, cpuOf, databaseCpu } from './cpu.js';
import { closedLoop, quantile, type Outcome, type Requests } from './load.js';
import type { Stage, Target } from './stage.js';
import { workloads, type Workload } from './workloads.js';

/** One target under one workload; CPU in milliseconds per request. */
export interface Figure {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly serviceCpu: number;
  readonly databaseCpu: number;
  readonly errors: number;
}

export interface Result {
  readonly workload: string;
  readonly service: Figure;
  /** The service while something is written elsewhere all the time, so that everything has to be read; null for what writes itself. */
  readonly changing: Figure | null;
  readonly ceiling: Figure | null;
  readonly glance: Figure | null;
}

export interface Effort {
  /** Each target's turn. */
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  /** How the names of the workloads begin; all of them unless given. */
  readonly only?: readonly string[] | undefined;
}

/** Every workload, the targets taking turns, so that what else the machine does disturbs all alike. */
export async function measureAll(
  stage: Stage,
  effort: Effort,
  say: (line: string) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const { only } = effort;
  const chosen = workloads(stage.cast).filter(
    ({ name }) => only === undefined || only.some((start) => name.startsWith(start)),
  );
  await warmUp(stage, chosen, effort);
  for (const workload of chosen) {
    const result = await measureInTurns(stage, workload, effort);
    results.push(result);
    say(describe(result));
  }
  return results;
}

async function measureInTurns(
  stage: Stage,
  { name, service, ceiling, glance }: Workload,
  effort: Effort,
): Promise<Result> {
  const ours = new Turns(stage.client, stage.service, service);
  const changing = isRead(service) ? new Turns(stage.client, stage.service, service) : null;
  const theirs = ceiling && new Turns(stage.client, stage.fastify, ceiling);
  const glances = glance && stage.glance && new Turns(stage.glance.client, stage.glance, glance);
  const all = [ours, theirs, glances].filter((turns) => turns !== null);
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const turns of all) await turns.take(effort);
    if (changing !== null) await whileWriting(stage.client, () => changing.take(effort));
  }
  const figure = (turns: Turns | null): Figure | null => turns?.figure() ?? null;
  return {
    workload: name,
    service: ours.figure(),
    changing: figure(changing),
    ceiling: figure(theirs),
    glance: figure(glances),
  };
}

const isRead = (requests: Requests): boolean => {
  const { method, path } = requests(1);
  return method === 'GET' && /^\/(image|compute)\//.test(path);
};

const BETWEEN_WRITES_MS = 1;

/** Meanwhile transactions end on the server that have nothing to do with images. */
async function whileWriting(client: Client, work: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const writing = (async () => {
    while (!over.signal.aborted) {
      await client.query('SELECT pg_current_xact_id()');
      await sleep(BETWEEN_WRITES_MS);
    }
  })();
  await work();
  over.abort();
  await writing;
}

/** Programs that have just started compile themselves on the way; that is not what is measured. */
async function warmUp(
  stage: Stage,
  chosen: readonly Workload[],
  { seconds, connections }: Effort,
): Promise<void> {
  for (const { service, ceiling } of chosen) {
    const half = { seconds: seconds / 2, connections };
    await closedLoop(stage.service.origin, service, half);
    if (ceiling !== null) await closedLoop(stage.fastify.origin, ceiling, half);
  }
}

export async function measureOne(
  client: Client,
  target: Target,
  requests: Requests,
  effort: Effort,
): Promise<Figure> {
  const turns = new Turns(client, target, requests);
  for (let round = 0; round < effort.rounds; round += 1) await turns.take(effort);
  return turns.figure();
}

class Turns {
  private readonly outcomes: Outcome[] = [];
  private service = 0;
  private database = 0;
  private n = 0;

  constructor(
    private readonly client: Client,
    private readonly target: Target,
    private readonly requests: Requests,
  ) {}

  async take({ seconds, connections }: Effort): Promise<void> {
    const next: Requests = () => this.requests((this.n += 1));
    const isFirst = this.outcomes.length === 0;
    if (isFirst) await closedLoop(this.target.origin, next, { seconds: seconds / 4, connections });
    const before = { service: cpuOf(this.target.pid), database: await databaseCpu(this.client) };
    this.outcomes.push(await closedLoop(this.target.origin, next, { seconds, connections }));
    this.service += cpuOf(this.target.pid) - before.service;
    this.database += cpuBetween(before.database, await databaseCpu(this.client));
  }

  figure(): Figure {
    const sum = (of: (outcome: Outcome) => number): number =>
      this.outcomes.reduce((total, outcome) => total + of(outcome), 0);
    const requests = Math.max(
      1,
      sum((outcome) => outcome.requests),
    );
    const latencies = this.outcomes
      .flatMap((outcome) => outcome.latencies)
      .toSorted((a, b) => a - b);
    return {
      perSecond: requests / sum((outcome) => outcome.seconds),
      p50: quantile({ latencies }, 0.5),
      p99: quantile({ latencies }, 0.99),
      serviceCpu: this.service / requests,
      databaseCpu: this.database / requests,
      errors: sum((outcome) => outcome.errors),
    };
  }
}

export const cpu = ({ serviceCpu, databaseCpu }: Figure): number => serviceCpu + databaseCpu;

export function describe({ workload, service, ceiling, glance }: Result): string {
  const ratio =
    ceiling === null
      ? ''
      : `, ${(cpu(service) / cpu(ceiling)).toFixed(2)} x the CPU of Fastify + pg, ${(service.perSecond / ceiling.perSecond).toFixed(2)} x its requests`;
  const less =
    glance === null ? '' : `, 1/${(cpu(glance) / cpu(service)).toFixed(0)} of Glance's CPU`;
  return `${workload}: ${service.perSecond.toFixed(0)}/s, CPU ${service.serviceCpu.toFixed(3)} + ${service.databaseCpu.toFixed(3)} ms${ratio}${less}`;
}
