// `npm test`: prepares the clone, runs every check and every test, and ends with the counts.
import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from './lib/prepare.mjs';
import { CommandFailed, run, step } from './lib/steps.mjs';

const JEST = 'node_modules/jest/bin/jest.js';
const CHECKS = [
  ['Format', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['Lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['Types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  [
    'Boundaries',
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    'src',
  ],
  ['Requirements', 'scripts/check-requirements.mjs'],
];
/** Leaves time for the rest where a run may take half an hour. */
const JEST_TIMEOUT_MS = 25 * 60_000;

await prepare();
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, ...command] of CHECKS) await check(name, command);
await jest();
if (counts.skipped > 0)
  console.log(`${counts.skipped} skipped for want of what they need; see above`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);

async function check(name, command) {
  try {
    await step(name, () => run(process.execPath, command));
    counts.passed += 1;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    console.log(error.output.trimEnd());
    counts.failed += 1;
  }
}

/** Every project in one run, so they share one database server. Prints as it goes. */
async function jest() {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-results-'));
  const outputFile = join(directory, 'results.json');
  const options = process.argv.slice(2);
  const status = await runJest(['--json', `--outputFile=${outputFile}`, ...options], directory);
  const results = await readFile(outputFile, 'utf8').then(JSON.parse, () => null);
  count(results, status);
  if (results?.success && options.length === 0) await checkPages(directory);
  await rm(directory, { recursive: true });
}

/** Do the pages made from tests and code still say the same? Known only when all tests have run. */
async function checkPages(observations) {
  // What it needs was installed only now.
  const { outdatedPages } = await import('./lib/api-docs.mjs');
  const outdated = await step('Generated pages', () => outdatedPages(observations));
  for (const difference of outdated) console.log(difference);
  if (outdated.length > 0) console.log('npm run docs writes them anew.');
  counts[outdated.length === 0 ? 'passed' : 'failed'] += 1;
}

function runJest(args, observations) {
  return new Promise((resolve) => {
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const child = spawn(process.execPath, [...flags, JEST, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, CATALOG_OBSERVATIONS_DIR: observations },
      timeout: JEST_TIMEOUT_MS,
    });
    child.once('error', () => resolve(1));
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** A file that could not run at all has no tests to count and is one failure; so is a run that broke down. */
function count(results, status) {
  counts.passed += results?.numPassedTests ?? 0;
  counts.failed += (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  counts.skipped += (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  const brokeDown = results === null || (status !== 0 && results.success);
  if (brokeDown) counts.failed += 1;
}
