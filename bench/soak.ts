// A soak: npm run bench:soak -- [--minutes 30] [--rate 40] [--images 10000] [--write]
// Mixed load at a fixed rate, and every half minute an image with data made, read and removed. What should be flat is
// looked at all the while: resident memory, open descriptors, connections of the database. --write keeps table and plot.
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { residentMiB } from './cpu.js';
import { machine, putBetween, table } from './document.js';
import { openLoop, quantile } from './load.js';
import { lineChart, type Line } from './plot.js';
import { setStage, startServer, type Stage } from './stage.js';
import { workloads } from './workloads.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '40' },
    images: { type: 'string', default: '10000' },
    write: { type: 'boolean', default: false },
  },
});
const [minutes, rate, images] = [values.minutes, values.rate, values.images].map(Number) as [
  number,
  number,
  number,
];
const WINDOW_SECONDS = Math.min(30, minutes * 30);
const PLOT = new URL('../docs/performance/soak.svg', import.meta.url);
const PLACE = ['<!-- soak: tables -->', '<!-- soak: end -->'] as const;
const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
};

/** One look at the process, between two windows of load. */
interface Look {
  readonly minute: number;
  readonly memoryMiB: number;
  readonly descriptors: number;
  readonly connections: number;
  readonly requests: number;
  readonly failed: number;
  readonly p99: number;
}

/** An image with a MiB of data: created, filled, read, removed. @throws when the bytes are others or a step fails */
async function passThrough({ service, cast }: Stage): Promise<void> {
  const data = randomBytes(2 ** 20);
  const url = `${service.origin}/image/v2/images`;
  const headers = { 'x-auth-token': cast.tokens.admin };
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const reply = await fetch(`${url}${path}`, {
      ...init,
      headers: { ...headers, ...init.headers },
    });
    if (!reply.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${reply.status}`);
    return reply;
  };
  const document = { name: 'soak', disk_format: 'raw', container_format: 'bare' };
  const json = { 'content-type': 'application/json' };
  const made = await send('', { method: 'POST', headers: json, body: JSON.stringify(document) });
  const { id } = (await made.json()) as { id: string };
  const type = { 'content-type': 'application/octet-stream' };
  await send(`/${id}/file`, { method: 'PUT', headers: type, body: data });
  const read = Buffer.from(await (await send(`/${id}/file`, {})).arrayBuffer());
  if (!read.equals(data)) throw new Error('The image came back with other bytes.');
  await send(`/${id}`, { method: 'DELETE' });
}

async function window(stage: Stage, startedAt: number): Promise<Look> {
  const mixed = workloads(stage.cast).find(({ name }) => name.startsWith('mixed'));
  if (mixed === undefined) throw new Error('There is no mixed workload.');
  const load = { seconds: WINDOW_SECONDS, perSecond: rate };
  const [outcome] = await Promise.all([
    openLoop(stage.service.origin, mixed.service, load),
    passThrough(stage),
  ]);
  const { rows } = await stage.client.query<{ connections: number }>(
    `SELECT count(*)::int AS connections FROM pg_stat_activity WHERE application_name = 'image-catalog'`,
  );
  return {
    minute: (performance.now() - startedAt) / 60_000,
    memoryMiB: residentMiB(stage.service.pid),
    descriptors: readdirSync(`/proc/${stage.service.pid}/fd`).length,
    connections: rows[0]?.connections ?? NaN,
    requests: outcome.requests,
    failed: outcome.errors + outcome.refused,
    p99: quantile(outcome, 0.99),
  };
}

function report(looks: readonly Look[]): string {
  const at = [0, 0.1, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (looks.length - 1)));
  const rows = [...new Set(at)].map((index) => {
    const { minute, memoryMiB, descriptors, connections, p99 } = looks[index] as Look;
    const figures = [memoryMiB, descriptors, connections, p99.toFixed(1)].map(String);
    return [`${minute.toFixed(1)} min`, ...figures];
  });
  const sum = (of: (look: Look) => number): number =>
    looks.reduce((all, look) => all + of(look), 0);
  const [requests, failed] = [sum((look) => look.requests), sum((look) => look.failed)];
  const what = `${machine()}, load average ${(loadavg()[0] ?? 0).toFixed(0)} at the end. ${minutes} minutes, ${requests} requests at ${rate}/s, ${failed} failed; ${looks.length} images with a MiB of data went through. ${new Date().toISOString().slice(0, 10)}.`;
  return `${what}\n\n${table(['after', 'resident MiB', 'descriptors', 'connections', 'p99 ms'], rows)}`;
}

const server = await startServer();
try {
  const stage = await setStage({ serverUrl: server.url, images, say, flags: [] });
  const looks: Look[] = [];
  try {
    const startedAt = performance.now();
    while (performance.now() - startedAt < minutes * 60_000) {
      const look = await window(stage, startedAt);
      looks.push(look);
      say(
        `${look.minute.toFixed(1)} of ${minutes} min: ${look.memoryMiB} MiB, ${look.descriptors} descriptors, ${look.connections} connections, p99 ${look.p99.toFixed(0)} ms, ${look.failed} failed`,
      );
    }
  } finally {
    await stage.close();
  }
  const text = report(looks);
  process.stdout.write(`\n${text}\n`);
  if (values.write) {
    const line = (label: string, of: (look: Look) => number): Line => ({
      label,
      points: looks.map((look) => [look.minute, of(look)]),
    });
    const lines = [
      line('resident MiB', (look) => look.memoryMiB),
      line('descriptors', (look) => look.descriptors),
      line('connections', (look) => look.connections),
    ];
    await mkdir(new URL('.', PLOT), { recursive: true });
    await writeFile(PLOT, lineChart('A soak of mixed load', 'minutes', lines));
    await putBetween(PLACE, `${text}\n\n![A soak of mixed load](performance/soak.svg)`);
  }
} finally {
  await server.stop();
}
