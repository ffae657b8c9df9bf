import { expect, it } from '@jest/globals';
import { Random } from './random.js';
import { ReportTable } from './report-table.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

/** A scenario starts a PostgreSQL and up to three services. */
const TIMEOUT_MS = 300_000;
/** How long an answer took says more about a machine that runs all tests at once than about the service. */
const NOT_JUDGED = { late: 0 };

export type Declare = () => void;

/** @returns what declares a test for each: one round of `npm run faults`, without the rest that leases take at its end */
export function roundsOf(names: readonly string[]): Promise<readonly Declare[]> {
  return Promise.all(names.map((name) => roundOf(name)));
}

async function roundOf(name: string): Promise<Declare> {
  const scenario = SCENARIOS[name];
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
  const isPossible = (await scenario.need?.isMet()) ?? true;
  if (!isPossible) console.warn(`${name} is skipped: ${scenario.need?.what} cannot be had.`);
  const test = isPossible ? it : it.skip;
  return () => {
    test(`${name} loses nothing that was acknowledged`, () => expectToHold(scenario), TIMEOUT_MS);
  };
}

async function expectToHold(scenario: Scenario): Promise<void> {
  const notes: string[] = [];
  const running = await scenario.open(new Random(7), (line) => notes.push(line));
  try {
    const row = await running.round();
    const table = new ReportTable();
    table.add({ ...row, ...NOT_JUDGED });
    expect({ notes, holds: table.holds, row }).toEqual({ notes: [], holds: true, row });
    expect(Math.max(row['acknowledged'] ?? 0, row['events'] ?? 0)).toBeGreaterThan(0);
  } finally {
    await running.close();
  }
}
