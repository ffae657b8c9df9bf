import { createHash } from 'node:crypto';
import { cpuOf, forgetPeak, peakMiB } from '../cpu.js';
import type { Contender, DataStage } from './stage.js';
import { blocks, download, upload } from './transfer.js';

export interface Turn {
  readonly bytes: number;
  readonly seconds: number;
  /** Of the program that is measured, not of the client. */
  readonly cpuSeconds: number;
  /** 0 where it says nothing. */
  readonly peakMiB: number;
}

export interface DataRun {
  readonly direction: 'download' | 'upload';
  readonly name: string;
  readonly turns: readonly Turn[];
}

const WARM_UP_BYTES = 64 * 2 ** 20;
const HASHES: readonly (readonly string[])[] = [['md5', 'sha512'], ['sha512'], ['md5']];

/** Every program has its turn in each round, so that whatever else the machine does disturbs all of them. */
export async function measureData(
  { service, pipe, nginx }: DataStage,
  { bytes, rounds }: { readonly bytes: number; readonly rounds: number },
  say: (line: string) => void,
): Promise<readonly DataRun[]> {
  const contenders = [service, ...(nginx === null ? [] : [nginx]), pipe];
  const turns = new Map<string, DataRun & { turns: Turn[] }>();
  const note = (direction: DataRun['direction'], name: string, turn: Turn): void => {
    const key = `${direction} ${name}`;
    const run = turns.get(key) ?? { direction, name, turns: [] };
    run.turns.push(turn);
    turns.set(key, run);
    say(`${key}: ${rateOf(turn).toFixed(0)} MB/s, CPU ${turn.cpuSeconds.toFixed(2)} s`);
  };
  for (const contender of contenders) await warmUp(contender, Math.min(bytes, WARM_UP_BYTES));
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const place = await contender.newPlace();
      note('upload', contender.name, await turnOf(contender, bytes, () => upload(place, bytes)));
      note(
        'download',
        contender.name,
        await turnOf(contender, bytes, () => download(place, bytes)),
      );
      await contender.remove(place);
    }
    for (const algorithms of HASHES) {
      note('upload', `only ${algorithms.join(' + ')}`, hashing(algorithms, bytes));
    }
  }
  return [...turns.values()];
}

/** Loads code, starts threads and fills what is reused. */
async function warmUp(contender: Contender, bytes: number): Promise<void> {
  const place = await contender.newPlace();
  await upload(place, bytes);
  await download(place, bytes);
  await contender.remove(place);
}

/** Millions of bytes per second. */
export const rateOf = ({ bytes, seconds }: Turn): number => bytes / 1e6 / seconds;

async function turnOf(
  { pid }: Contender,
  bytes: number,
  transfer: () => Promise<void>,
): Promise<Turn> {
  forgetPeak(pid);
  const cpu = cpuOf(pid);
  const start = performance.now();
  await transfer();
  const seconds = (performance.now() - start) / 1000;
  return { bytes, seconds, cpuSeconds: (cpuOf(pid) - cpu) / 1000, peakMiB: peakMiB(pid) };
}

/** What no upload that is hashed can pass: the same bytes, in memory, in one thread. */
function hashing(algorithms: readonly string[], bytes: number): Turn {
  const hashes = algorithms.map((algorithm) => createHash(algorithm));
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (const block of blocks(bytes)) for (const hash of hashes) hash.update(block);
  for (const hash of hashes) hash.digest();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { bytes, seconds, cpuSeconds: (user + system) / 1e6, peakMiB: 0 };
}
