import { prepare } from '../../scripts/lib/prepare.mjs';
import globalSetup from './global-setup.mjs';

/** Some end-to-end tests run the built service as a process of its own, so the build must be up to date. */
export default async function e2eSetup() {
  await prepare(process.stderr);
  await globalSetup();
}
