// Where the limits are: npm run bench:limits -- [--images 10000] [--seconds 5] [--starts 5] [--write]
// How long `npm start` takes on a database that is there, what workers add, and what happens beyond what one process
// carries. --write puts the tables into docs/performance.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cpuBetween, cpuOf, databaseCpu, familyOf, residentMiB } from './cpu.js';
import { limitCpu } from './cpu-quota.js';
import { machine, putBetween, table } from './document.js';
import { closedLoop, openLoop, quantile, type Outcome } from './load.js';
import { freePort } from './programs.js';
import { setStage, startServer, type Stage, type Target } from './stage.js';
import { workloads, type Workload } from './workloads.js';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
});
const [images, seconds, starts] = [values.images, values.seconds, values.starts].map(Number) as [
  number,
  number,
  number,
];
const PLACE = ['<!-- bench:limits -->', '<!-- bench:limits end -->'] as const;
const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
};

interface Started {
  readonly seconds: number;
  readonly idleMiB: number;
}

/** `npm start` until `/readyz` says yes, and its memory five seconds later. */
async function start(dataDirectory: string): Promise<Started> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, CATALOG_DATA_DIR: dataDirectory, PORT: String(port) },
  });
  const pid = child.pid ?? 0;
  try {
    const isReady = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) await sleep(10);
    const took = (performance.now() - begun) / 1000;
    await sleep(5000);
    return { seconds: took, idleMiB: Math.max(...familyOf(pid).map(residentMiB)) };
  } finally {
    process.kill(-pid, 'SIGTERM');
    await once(child, 'close');
  }
}

async function starting(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-start-'));
  try {
    await start(directory);
    const all: Started[] = [];
    for (let n = 0; n < starts; n += 1) all.push(await start(directory));
    const times = all.map((one) => one.seconds).toSorted((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? NaN;
    const memory = Math.max(...all.map(({ idleMiB }) => idleMiB));
    return `\`npm start\` on an embedded database that is there, ${starts} times: ready after ${median.toFixed(1)} s in the median, ${(times.at(-1) ?? NaN).toFixed(1)} s at most; ${memory} MiB of resident memory when idle.`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Carried {
  readonly connections: number;
  readonly perSecond: number;
  readonly cpuMs: number;
}

async function carry(
  stage: Stage,
  target: Target,
  { service }: Workload,
  connections: number,
): Promise<Carried> {
  const before = [cpuOf(target.pid), await databaseCpu(stage.client)] as const;
  const outcome = await closedLoop(target.origin, service, { seconds, connections });
  const cpuMs =
    cpuOf(target.pid) - before[0] + cpuBetween(before[1], await databaseCpu(stage.client));
  return {
    connections,
    perSecond: outcome.requests / outcome.seconds,
    cpuMs: cpuMs / outcome.requests,
  };
}

/** What is new becomes faster for a while. */
const WARMING = 3;
/** How many ask at the same time, in closed loops: more are carried faster, since what they share is done once. */
const CROWDS = [16, 64, 256] as const;
const LOOPS = `closed loops of ${CROWDS.join(', ')} connections`;

async function warm(stage: Stage, target: Target, workload: Workload): Promise<void> {
  for (let time = 0; time < WARMING; time += 1) await carry(stage, target, workload, CROWDS[0]);
}

async function mostCarried(stage: Stage, target: Target, workload: Workload): Promise<Carried> {
  const all: Carried[] = [];
  for (const connections of CROWDS) all.push(await carry(stage, target, workload, connections));
  return mostOf(all);
}

const mostOf = (all: readonly Carried[]): Carried =>
  all.reduce((most, one) => (one.perSecond > most.perSecond ? one : most));

/** A processor of its own for each worker would be too fast for client and database beside it; a part of one is not. */
const SHARE = 0.25;

/** The service anew with so many workers, each of which has a quarter of a processor. */
async function startLimited(stage: Stage, count: number) {
  const service = await stage.startService({ CATALOG_WORKERS: String(count) });
  const release = await limitCpu(familyOf(service.pid), SHARE);
  const stop = async (): Promise<void> => {
    await service.stop();
    await release?.();
  };
  return { service, isLimited: release !== null, stop };
}

async function workers(stage: Stage, chosen: readonly Workload[]): Promise<string> {
  const title = '#### Workers';
  const one = await startLimited(stage, 1);
  const two = await startLimited(stage, 2);
  try {
    if (!one.isLimited || !two.isLimited) return `${title}\n\nNot measured: no control groups.`;
    return `${title}\n\n${await compared(stage, chosen, [one.service, two.service])}`;
  } finally {
    await one.stop();
    await two.stop();
  }
}

/** Twice each, since the machine is faster now and slower then; the better time counts. */
async function inTurns(
  stage: Stage,
  workload: Workload,
  [single, double]: readonly [Target, Target],
): Promise<readonly [Carried, Carried]> {
  for (const target of [single, double]) await warm(stage, target, workload);
  const [one, both] = [
    await mostCarried(stage, single, workload),
    await mostCarried(stage, double, workload),
  ];
  return [
    mostOf([one, await mostCarried(stage, single, workload)]),
    mostOf([both, await mostCarried(stage, double, workload)]),
  ];
}

async function compared(
  stage: Stage,
  chosen: readonly Workload[],
  [single, double]: readonly [Target, Target],
): Promise<string> {
  const rows: string[][] = [];
  for (const workload of chosen) {
    const [one, both] = await inTurns(stage, workload, [single, double]);
    const rates = [one.perSecond, both.perSecond].map((rate) => rate.toFixed(0));
    const gain = (both.perSecond / one.perSecond).toFixed(2);
    rows.push([workload.name, ...rates, gain, one.cpuMs.toFixed(3), both.cpuMs.toFixed(3)]);
    say(`${workload.name}: one worker ${rates[0]}/s, two ${rates[1]}/s`);
  }
  const head = ['workload', 'one, req/s', 'two, req/s', 'gain', 'one, CPU ms', 'two, CPU ms'];
  return `Each with a quarter of a processor; the most of ${LOOPS}, twice each, in turns.\n\n${table(head, rows)}`;
}

/** So that the client, which sends more the more is asked of it, takes nothing from the service. */
async function overload(stage: Stage, workload: Workload): Promise<string> {
  const title = '#### Overload';
  const { service, isLimited, stop } = await startLimited(stage, 1);
  try {
    if (!isLimited) return `${title}\n\nNot measured: no control groups.`;
    return `${title}\n\n${await overloaded(stage, service, workload)}`;
  } finally {
    await stop();
  }
}

async function overloaded(stage: Stage, target: Target, workload: Workload): Promise<string> {
  await warm(stage, target, workload);
  const { connections } = await mostCarried(stage, target, workload);
  const rows: string[][] = [];
  for (const share of [0.5, 0.8, 1, 1.5, 2, 3]) {
    const { perSecond: carried } = await carry(stage, target, workload, connections);
    const perSecond = Math.round(share * carried);
    const outcome = await openLoop(target.origin, workload.service, { seconds, perSecond });
    const answered = outcome.requests / outcome.seconds;
    const cells = [carried.toFixed(0), ...rates(outcome, perSecond)];
    rows.push([`${share}`, ...cells, (answered / carried).toFixed(2)]);
    say(`${workload.name} at ${share} times what it carries: ${rows.at(-1)?.join(', ')}`);
    await sleep(1000);
  }
  const head = [
    'times',
    'carried/s',
    'sent/s',
    'answered/s',
    '503/s',
    'failed',
    'p50 ms',
    'p99 ms',
    'p99 ms once sent',
    'answered / carried',
  ];
  return `${workload.name}, sent at fixed rates to a process with a quarter of a processor: so many times what a closed loop of ${connections} connections carried a moment before, the most of ${CROWDS.join(', ')}. The clients have 1,000 connections: what is due while all of them wait for an answer is sent later.\n\n${table(head, rows)}`;
}

const rates = (outcome: Outcome, perSecond: number): string[] => [
  `${perSecond}`,
  (outcome.requests / outcome.seconds).toFixed(0),
  (outcome.refused / outcome.seconds).toFixed(0),
  `${outcome.errors}`,
  quantile(outcome, 0.5).toFixed(0),
  quantile(outcome, 0.99).toFixed(0),
  quantile({ latencies: outcome.sinceSent }, 0.99).toFixed(0),
];

const started = await starting();
say(started);
const server = await startServer();
try {
  const stage = await setStage({ serverUrl: server.url, images, say, flags: [] });
  try {
    const all = workloads(stage.cast);
    const named = (name: string): Workload[] => all.filter((workload) => workload.name === name);
    const chosen = [...named('show by id'), ...named('first page'), ...named('token check')];
    const [page] = named('first page');
    if (page === undefined) throw new Error('There is no such workload.');
    const parts = [await workers(stage, chosen), await overload(stage, page)];
    const text = [`${machine()}, ${images} images.`, started, ...parts].join('\n\n');
    process.stdout.write(`\n${text}\n`);
    if (values.write) await putBetween(PLACE, text);
  } finally {
    await stage.close();
  }
} finally {
  await server.stop();
}
