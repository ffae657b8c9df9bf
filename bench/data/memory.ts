import { forgetPeak, peakMiB, residentMiB } from '../cpu.js';
import type { Contender } from './stage.js';
import { upload } from './transfer.js';

/** An upload of any size may take less than this of a process. */
const MAX_GROWTH_MIB = 64;
const WARM_UP_BYTES = 64 * 2 ** 20;

/**
 * How much the service grows during one upload, after a small one that loaded the code and started the threads.
 * @throws when it grows by as much as it must not
 */
export async function measureMemory(service: Contender, bytes: number): Promise<string> {
  const idle = residentMiB(service.pid);
  await transfer(service, WARM_UP_BYTES);
  forgetPeak(service.pid);
  const before = residentMiB(service.pid);
  const start = performance.now();
  await transfer(service, bytes);
  const seconds = (performance.now() - start) / 1000;
  const peak = peakMiB(service.pid);
  const line = `Upload of ${(bytes / 2 ** 30).toFixed(2)} GiB in ${seconds.toFixed(0)} s: resident memory ${idle} MiB idle, ${before} MiB before, ${peak} MiB at most: grew by ${peak - before} MiB.`;
  if (peak - before >= MAX_GROWTH_MIB) throw new Error(line);
  return line;
}

async function transfer(service: Contender, bytes: number): Promise<void> {
  const place = await service.newPlace();
  await upload(place, bytes);
  await service.remove(place);
}
