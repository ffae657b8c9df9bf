// `npm run docs`: writes docs/api/image-v2.md from what the end-to-end tests see, and docs/policies.md from the policy table.
import './lib/node-version.mjs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from './lib/prepare.mjs';
import { CommandFailed, run, step } from './lib/steps.mjs';

const JEST = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--selectProjects=e2e'];

await prepare();
const { IMAGE_API, POLICIES, imageApiPage, policiesPage } = await import('./lib/api-docs.mjs');
const directory = await mkdtemp(join(tmpdir(), 'catalog-observations-'));
try {
  const env = { CATALOG_OBSERVATIONS_DIR: directory };
  await step('End-to-end tests', () => run(process.execPath, JEST, { env }));
  await writeFile(IMAGE_API, await imageApiPage(directory));
  await writeFile(POLICIES, await policiesPage());
} catch (error) {
  if (!(error instanceof CommandFailed)) throw error;
  console.error(error.output.trimEnd());
  process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true });
}
