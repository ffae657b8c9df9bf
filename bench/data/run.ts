// Throughput of image data: npm run bench:data -- [--mib 1024] [--rounds 3] [--directory DIR] [--write]
//   [--database URL of a PostgreSQL server on this machine]
// and memory during one upload: npm run bench:data -- --memory 4 (GiB).
// --write puts the tables into docs/performance.md. Linux only, for the figures are those of /proc.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startServer } from '../stage.js';
import { measureData } from './measure.js';
import { measureMemory } from './memory.js';
import { reportData } from './report.js';
import { setDataStage, type DataStage } from './stage.js';

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
    memory: { type: 'string' },
    directory: { type: 'string' },
    database: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
};
const loadNow = (): number => loadavg()[0] ?? NaN;

async function throughput(stage: DataStage): Promise<string> {
  if (stage.nginx === null) say('nginx is skipped: no nginx with WebDAV on the path.');
  const [bytes, rounds] = [Number(values.mib) * 2 ** 20, Number(values.rounds)];
  const before = loadNow();
  const runs = await measureData(stage, { bytes, rounds }, say);
  const load = { before, after: loadNow() };
  return reportData({ runs, bytes, rounds, load }, values.write);
}

const server =
  values.database === undefined
    ? await startServer()
    : { url: values.database, stop: () => Promise.resolve() };
try {
  const stage = await setDataStage(server.url, values.directory ?? null);
  try {
    const report =
      values.memory === undefined
        ? await throughput(stage)
        : await measureMemory(stage.service, Number(values.memory) * 2 ** 30);
    process.stdout.write(`\n${report}\n`);
  } finally {
    await stage.close();
  }
} finally {
  await server.stop();
}
