// The benchmark: npm run bench -- [--images 10000,100000] [--seconds 3] [--rounds 2] [--connections 8]
//   [--database URL of a PostgreSQL server on this machine] [--only WORKLOADS] [--profile DIRECTORY] [--glance SIZES] [--write] [--smoke]
// --only measures workloads whose names start so; --profile leaves V8's CPU profile of the service in a directory.
// --glance measures Glance too, in catalogs of these sizes, where Debian's packages are installed (python3-glance uwsgi-core uwsgi-plugin-python3).
// --write puts the tables and plots into docs/performance.md; --smoke checks in seconds that the program works.
import { parseArgs } from 'node:util';
import { closedLoop, openLoop, quantile } from './load.js';
import { measureAll, measureOne, type Effort, type Result } from './measure.js';
import { residentMiB } from './cpu.js';
import { writeReport, type Run } from './report.js';
import { setStage, startServer, type Stage } from './stage.js';
import { requireSameDocuments, requireSameImages } from './same-documents.js';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '10000,100000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '8' },
    database: { type: 'string' },
    only: { type: 'string' },
    profile: { type: 'string' },
    glance: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
});
const SMOKE: Effort = { seconds: 0.05, rounds: 1, connections: 2 };
const effort: Effort = values.smoke
  ? SMOKE
  : {
      seconds: Number(values.seconds),
      rounds: Number(values.rounds),
      connections: Number(values.connections),
      only: values.only?.split(','),
    };
const flags =
  values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
const sizesWithGlance = new Set(values.glance.split(',').map(Number));
const sizes = values.smoke ? [500] : values.images.split(',').map(Number);
const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
};

/** Latency at rates that the service is not saturated by, as shares of what it carried in the closed loop. */
async function openLoops(stage: Stage, show: Result | undefined): Promise<Run['open']> {
  if (show === undefined) return [];
  const requests = (n: number) => ({
    method: 'GET' as const,
    path: `/image/v2/images/${stage.cast.ids[n % stage.cast.ids.length] ?? ''}`,
    headers: { 'x-auth-token': stage.cast.tokens.largest },
  });
  const rates: Run['open'][number][] = [];
  for (const share of values.smoke ? [0.1] : [0.25, 0.5, 0.75]) {
    const perSecond = Math.ceil(show.service.perSecond * share);
    const outcome = await openLoop(stage.service.origin, requests, {
      seconds: effort.seconds,
      perSecond,
    });
    const { errors } = outcome;
    rates.push({ perSecond, p50: quantile(outcome, 0.5), p99: quantile(outcome, 0.99), errors });
    say(`open loop, show by id at ${perSecond}/s: p99 ${quantile(outcome, 0.99).toFixed(1)} ms`);
  }
  return rates;
}

async function runOn(serverUrl: string, images: number): Promise<Run> {
  const stage = await setStage({
    serverUrl,
    images,
    say,
    flags,
    isBesideGlance: sizesWithGlance.has(images),
  });
  try {
    const idleMiB = residentMiB(stage.service.pid);
    const document = await requireSameDocuments(stage);
    await requireSameImages(stage);
    const bare = await stage.startBare(document);
    const get = () => ({ method: 'GET' as const, path: '/' });
    await closedLoop(bare.origin, get, { seconds: effort.seconds / 4, connections: 2 });
    const floor = await measureOne(stage.client, bare, get, effort);
    say(`bare node:http: ${floor.perSecond.toFixed(0)}/s, CPU ${floor.serviceCpu.toFixed(3)} ms`);
    const results = await measureAll(stage, effort, say);
    const show = results.find(({ workload }) => workload === 'show by id');
    const open = await openLoops(stage, show);
    const memoryMiB = { idle: idleMiB, loaded: residentMiB(stage.service.pid) };
    return { images, glance: stage.glance?.version ?? null, floor, results, open, memoryMiB };
  } finally {
    await stage.close();
  }
}

const server =
  values.database === undefined
    ? await startServer()
    : { url: values.database, stop: () => Promise.resolve() };
try {
  const runs: Run[] = [];
  for (const images of sizes) runs.push(await runOn(server.url, images));
  const failed = runs.flatMap(({ results }) =>
    results.filter(({ service, changing, ceiling }) =>
      [service, changing, ceiling].some((figure) => figure !== null && figure.errors > 0),
    ),
  );
  if (failed.length > 0) {
    throw new Error(`Requests failed: ${failed.map(({ workload }) => workload).join(', ')}.`);
  }
  const report = await writeReport(runs, { effort, isKept: values.write });
  process.stdout.write(`\n${report}\n`);
} finally {
  await server.stop();
}
