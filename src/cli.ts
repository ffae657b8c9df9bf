import { run } from './cli/run.js';

// Leaving through exit() lets an embedded database that was started for the command stop with it.
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    process.exit(exitCode);
  });
}

const { env: environment, stdin, stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { environment, stdin, stdout, stderr });
