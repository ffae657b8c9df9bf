import { parseArgs } from 'node:util';
import { Random } from './random.js';
import { ReportTable } from './report-table.js';
import type { Row, Running, Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const USAGE = `Usage: npm run faults -- SCENARIO... [--rounds N] [--seed S]

${Object.entries(SCENARIOS)
  .map(([name, { summary, rounds }]) => `  ${name.padEnd(20)} ${summary} (${rounds} rounds)`)
  .join('\n')}
  all                  every one of them

The same seed makes the same choices; what happens between processes is never quite the same.
Exit code: 0 everything held, 1 something was lost, found or could not be run, 2 wrong usage.
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** @returns did everything hold? */
async function run(name: string, scenario: Scenario, rounds: number, seed: number) {
  say(`\n${name}: ${scenario.summary}; ${rounds} rounds, seed ${seed}`);
  if ((await scenario.need?.isMet()) === false) {
    say(`  ! not run: ${scenario.need?.what} cannot be had`);
    return false;
  }
  const table = new ReportTable();
  const started = performance.now();
  const running = await scenario.open(new Random(seed), (line) => say(`  ! ${line}`));
  const show = (what: string, row: Row): void => {
    table.add(row);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    say(`  ${what.padEnd(12)} ${seconds.padStart(5)} s  ${table.line(row)}`);
  };
  endWith(running);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      show(`${round}/${rounds}`, await running.round());
    }
    if (running.settle !== undefined) show('at rest', await running.settle());
  } catch (error) {
    say(`  ! ${String(error)}`);
    throw error;
  } finally {
    await running.close();
  }
  say(`\n${table.render()}`);
  return table.holds;
}

/** Ctrl-C leaves no process behind. */
function endWith(running: Running): void {
  const end = (): void => {
    void running.close().finally(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.once(signal, end);
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string' }, seed: { type: 'string' } },
  });
  const names = positionals.includes('all') ? Object.keys(SCENARIOS) : positionals;
  const unknown = names.filter((name) => !Object.hasOwn(SCENARIOS, name));
  if (names.length === 0 || unknown.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  let holds = true;
  for (const [name, scenario] of Object.entries(SCENARIOS).filter(([name]) =>
    names.includes(name),
  )) {
    const rounds = Number(values.rounds ?? scenario.rounds);
    holds = (await run(name, scenario, rounds, seed)) && holds;
  }
  say(holds ? 'Everything held.' : 'Something did not hold: see above.');
  return holds ? 0 : 1;
}

process.exit(await main());
