import { mkdir, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { machine, putBetween, table } from './document.js';
import { cpu, type Effort, type Figure, type Result } from './measure.js';
import { barChart } from './plot.js';

/** Everything that was measured on one catalog. */
export interface Run {
  readonly images: number;
  /** The version of Glance that was measured, if any. */
  readonly glance: string | null;
  /** Bare `node:http` with the document of one image. */
  readonly floor: Figure;
  readonly results: readonly Result[];
  readonly open: readonly {
    readonly perSecond: number;
    readonly p50: number;
    readonly p99: number;
    readonly errors: number;
  }[];
  readonly memoryMiB: { readonly idle: number; readonly loaded: number };
}

interface ReportOptions {
  readonly effort: Effort;
  /** Put into docs/performance.md, with its plots beside it. */
  readonly isKept: boolean;
}

const PLOTS = new URL('../docs/performance/', import.meta.url);
const PLACE = ['<!-- bench: tables -->', '<!-- bench: end -->'] as const;

/** @returns the report as Markdown */
export async function writeReport(
  runs: readonly Run[],
  { effort, isKept }: ReportOptions,
): Promise<string> {
  const { seconds, rounds, connections } = effort;
  const how = `${rounds} turns of ${seconds} s for each target, ${connections} connections, ${new Date().toISOString().slice(0, 10)}.`;
  const tables = [
    ...runs.flatMap((run) => [tableOf(run), ...glanceTable(run)]),
    ...(runs.length > 1 ? [growthOf(runs)] : []),
  ];
  const report = await format([`${machine()}. ${how}`, ...tables].join('\n\n'), {
    parser: 'markdown',
  });
  if (isKept) await keep(report, runs);
  return report;
}

async function keep(report: string, runs: readonly Run[]): Promise<void> {
  await mkdir(PLOTS, { recursive: true });
  const plots: string[] = [];
  for (const { images, results } of runs) {
    const compared = results.filter(({ ceiling }) => ceiling !== null);
    const series = compared.flatMap(({ workload, service, ceiling }) => [
      { label: workload, value: cpu(service), group: 'service' },
      ...(ceiling === null ? [] : [{ label: '', value: cpu(ceiling), group: 'Fastify + pg' }]),
    ]);
    const title = `CPU ms per request, service and database, ${images} images`;
    await writeFile(new URL(`cpu-${images}.svg`, PLOTS), barChart(title, series));
    plots.push(`![${title}](performance/cpu-${images}.svg)`);
  }
  await putBetween(PLACE, [report, ...plots].join('\n\n'));
}

const number = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : '';

function tableOf({ images, floor, results, open, memoryMiB }: Run): string {
  const rows = results.map(({ workload, service, changing, ceiling }) => [
    workload,
    number(service.perSecond, 0),
    number(service.p50, 1),
    number(service.p99, 1),
    number(service.serviceCpu, 3),
    number(service.databaseCpu, 3),
    ceiling === null ? '' : `${number(ceiling.serviceCpu, 3)} + ${number(ceiling.databaseCpu, 3)}`,
    ceiling === null ? '' : number(cpu(service) / cpu(ceiling), 2),
    ceiling === null ? '' : number(service.perSecond / ceiling.perSecond, 2),
    changing === null
      ? ''
      : `${number(changing.serviceCpu, 3)} + ${number(changing.databaseCpu, 3)}`,
    changing === null || ceiling === null ? '' : number(cpu(changing) / cpu(ceiling), 2),
    changing === null || ceiling === null ? '' : number(changing.perSecond / ceiling.perSecond, 2),
  ]);
  const head =
    'workload,req/s,p50 ms,p99 ms,service CPU ms,database CPU ms,Fastify + pg CPU ms,CPU ratio,req/s ratio,changing: CPU ms,CPU ratio,req/s ratio';
  const rates = open.map(
    ({ perSecond, p50, p99 }) =>
      `${perSecond}/s: p50 ${number(p50, 1)} ms, p99 ${number(p99, 1)} ms`,
  );
  return [
    `### ${images.toLocaleString('en')} images`,
    table(head.split(','), rows),
    `Bare \`node:http\`: ${number(floor.perSecond, 0)} req/s, ${number(floor.serviceCpu, 3)} ms. Open loop, show by id: ${rates.join('; ')}. Resident memory: ${memoryMiB.idle} MiB idle, ${memoryMiB.loaded} MiB after the run.`,
  ].join('\n\n');
}

/** Glance in turns with the service; it gets the caller from headers, the service from a token. */
function glanceTable({ images, glance: version, results }: Run): string[] {
  if (version === null) return [];
  const rows = results.flatMap(({ workload, service, changing, glance }) =>
    glance === null
      ? []
      : [
          [
            workload,
            number(glance.perSecond, 1),
            number(glance.p50, 0),
            number(glance.serviceCpu, 1),
            number(glance.databaseCpu, 1),
            number(cpu(glance) / cpu(service), 0),
            number(service.perSecond / glance.perSecond, 0),
            changing === null ? '' : number(cpu(glance) / cpu(changing), 0),
          ],
        ],
  );
  const head =
    'workload,req/s,p50 ms,Glance CPU ms,database CPU ms,CPU / ours,our req/s / its,CPU / ours changing';
  return [
    `### Glance ${version}, ${images.toLocaleString('en')} images`,
    table(head.split(','), rows),
  ];
}

/** CPU of the database per request, by size of the catalog; of reads while everything has to be read. */
function growthOf(runs: readonly Run[]): string {
  const [first] = runs;
  const rows = (first?.results ?? []).map(({ workload }) => {
    const figures = runs.map(({ results }) => {
      const result = results.find((each) => each.workload === workload);
      return result?.changing ?? result?.service;
    });
    const ratio = (figures.at(-1)?.databaseCpu ?? NaN) / (figures[0]?.databaseCpu ?? NaN);
    return [
      workload,
      ...figures.map((figure) => number(figure?.databaseCpu ?? NaN, 3)),
      number(ratio, 2),
    ];
  });
  const sizes = runs.map(({ images }) => images.toLocaleString('en'));
  return `### Growth: CPU ms of the database per request, of reads while something is written all the time\n\n${table(['workload', ...sizes, 'last / first'], rows)}`;
}
