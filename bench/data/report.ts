import { format } from 'prettier';
import { machine, putBetween, table } from '../document.js';
import { rateOf, type DataRun, type Turn } from './measure.js';

const PLACE = ['<!-- bench:data -->', '<!-- bench:data end -->'] as const;
const HEAD = 'program,MB/s,of nginx,of node:http + fs,CPU s/GiB,peak MiB'.split(',');
const GIB = 2 ** 30;

export interface DataReport {
  readonly runs: readonly DataRun[];
  readonly bytes: number;
  readonly rounds: number;
  /** Of the last minute, before the first and after the last turn. */
  readonly load: { readonly before: number; readonly after: number };
}

/** @returns the report as Markdown, which is put into docs/performance.md if it `isKept` */
export async function reportData(report: DataReport, isKept: boolean): Promise<string> {
  const { runs, bytes, rounds, load } = report;
  const date = new Date().toISOString().slice(0, 10);
  const how = `${bytes / 2 ** 20} MiB a transfer, the median of ${rounds} turns each; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after; ${date}.`;
  const sections = (['download', 'upload'] as const).map((direction) => {
    const title = direction === 'download' ? '#### Download' : '#### Upload';
    return `${title}\n\n${tableOf(runs.filter((run) => run.direction === direction))}`;
  });
  const text = [`${machine()}. ${how}`, ...sections].join('\n\n');
  if (isKept) await putBetween(PLACE, text);
  return format(text, { parser: 'markdown' });
}

function tableOf(runs: readonly DataRun[]): string {
  const rateOfProgram = (start: string): number | null => {
    const run = runs.find(({ name }) => name.startsWith(start));
    return run === undefined ? null : median(run.turns, rateOf);
  };
  const [nginx, pipe] = [rateOfProgram('nginx'), rateOfProgram('node:http')];
  const ratio = (rate: number, other: number | null): string =>
    other === null ? '' : (rate / other).toFixed(2);
  const rows = runs.map(({ name, turns }) => {
    const rate = median(turns, rateOf);
    const cpu = median(turns, ({ cpuSeconds, bytes }) => (cpuSeconds * GIB) / bytes);
    const peak = median(turns, ({ peakMiB }) => peakMiB);
    return [
      name,
      rate.toFixed(0),
      ratio(rate, nginx),
      ratio(rate, pipe),
      cpu.toFixed(2),
      peak === 0 ? '' : peak.toFixed(0),
    ];
  });
  return table(HEAD, rows);
}

function median(turns: readonly Turn[], figure: (turn: Turn) => number): number {
  const sorted = turns.map(figure).toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
