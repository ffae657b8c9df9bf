import { hashingState, queueMissingHashes } from '../images/persistence/missing-hashes.js';
import { loadConfig } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { withDatabaseUrl } from '../platform/database/tool-connection.js';
import { onWaiting } from './catalog.js';
import { UsageError, type Command, type Invocation, type Terminal } from './command.js';

const MAX_FAILURES = 100;

export const hashImagesCommand: Command = {
  summary: 'have missing hashes of image data computed',
  usage: '[--owner TENANT] [--status]',
  details: `Queues a task for each image that has data but lacks checksum or os_hash_value, as images do that were loaded
without them or whose location was added by a patch. The running service works on them, after everything that users
wait for. Hashes that an image has are never changed: if they do not agree with its data, its task fails.

With --status nothing is queued: it tells how many wait, run, are done and have failed in the last 48 hours, and why.

Exit code: 0 queued, or none has failed, 1 some have failed or the database failed, 2 wrong usage.`,
  options: {
    owner: { type: 'string', summary: 'only images of this tenant' },
    status: { type: 'boolean', summary: 'tell how far it is' },
  },
  run: runHashImages,
};

async function runHashImages(
  { positionals, options }: Invocation,
  terminal: Terminal,
): Promise<number> {
  if (positionals.length > 0) throw new UsageError('There are no arguments.');
  const { environment } = terminal;
  const { database: settings, imageData } = loadConfig(environment);
  const owner = typeof options['owner'] === 'string' ? options['owner'] : null;
  return withDatabaseUrl({ environment, onWaiting: onWaiting(terminal) }, async (url) => {
    const database = new Database({ ...settings, url });
    try {
      if (options['status'] === true) return await tellStatus(database, terminal);
      const { hashAlgorithm } = imageData;
      const queued = await queueMissingHashes(database, { owner, hashAlgorithm });
      terminal.stdout.write(`${queued} queued\n`);
      return 0;
    } finally {
      await database.close();
    }
  });
}

async function tellStatus(database: Database, { stdout }: Terminal): Promise<number> {
  const state = await hashingState(database, MAX_FAILURES);
  const { waiting, running, done, failed, bytes } = state;
  for (const { imageId, message } of state.failures)
    stdout.write(`failed    ${imageId}  ${message}\n`);
  stdout.write(
    `${waiting} waiting, ${running} running, ${done} done, ${failed} failed; ${bytes} bytes read\n`,
  );
  return failed === 0 ? 0 : 1;
}
