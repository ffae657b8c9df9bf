// Hashing in worker threads against hashing on the event loop, for the same bytes:
//   node --import ./test/support/register-typescript.mjs bench/hashing.ts [MiB per stream] [streams]
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HashingPool } from '../src/platform/hashing/hashing-pool.js';

const MIB = 1024 * 1024;
const ALGORITHMS = ['md5', 'sha512'];
const bytesPerStream = Number(process.argv[2] ?? 512) * MIB;
const streams = Number(process.argv[3] ?? 2);
const CLOCK_TICKS = 100;

/** 64 KiB chunks, each in a turn of the event loop of its own, as sockets deliver them. */
async function* chunks(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024, 'image data ');
  for (let sent = 0; sent < bytesPerStream; sent += chunk.byteLength) {
    await nextTurn();
    yield chunk;
  }
}

/** CPU seconds of the thread with the event loop alone: fields 14 and 15 of proc(5)'s stat. */
function loopSeconds(): number {
  const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8')
    .split(') ')[1]
    ?.split(' ');
  return (Number(fields?.[11]) + Number(fields?.[12])) / CLOCK_TICKS;
}

async function onLoop(): Promise<void> {
  const hashes = ALGORITHMS.map((algorithm) => createHash(algorithm));
  for await (const chunk of chunks()) for (const hash of hashes) hash.update(chunk);
  for (const hash of hashes) hash.digest();
}

async function inThreads(pool: HashingPool): Promise<void> {
  const hash = pool.start(ALGORITHMS);
  for await (const chunk of chunks()) await hash.update(chunk);
  await hash.digests();
}

async function nothing(): Promise<void> {
  for await (const chunk of chunks()) if (chunk.byteLength === 0) return;
}

async function measure(name: string, run: () => Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = { loop: loopSeconds(), cpu: process.cpuUsage(), at: performance.now() };
  delay.enable();
  await Promise.all(Array.from({ length: streams }, run));
  delay.disable();
  const seconds = (performance.now() - before.at) / 1000;
  const { user, system } = process.cpuUsage(before.cpu);
  const gib = (bytesPerStream * streams) / (1024 * MIB);
  const figures = [
    `${((gib * 1024) / seconds).toFixed(0)} MiB/s`,
    `event loop ${((loopSeconds() - before.loop) / gib).toFixed(2)} CPU s/GiB`,
    `process ${((user + system) / 1e6 / gib).toFixed(2)} CPU s/GiB`,
    `loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
  ];
  console.log(`${name.padEnd(12)} ${figures.join(', ')}`);
}

const pool = new HashingPool();
await inThreads(pool);
console.log(`${streams} streams of ${bytesPerStream / MIB} MiB, ${ALGORITHMS.join(' + ')}`);
await measure('no hashing', nothing);
await measure('event loop', onLoop);
await measure('threads', () => inThreads(pool));
await pool.close();
