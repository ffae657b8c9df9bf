import { CheckRecords } from '../images/persistence/check-records.js';
import { SqlImageDataRepository } from '../images/persistence/sql-image-data.repository.js';
import {
  VerifyCatalog,
  type Finding,
  type VerifyOptions,
  type VerifyProgress,
} from '../images/verification/verify-catalog.js';
import { loadConfig } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { withDatabaseUrl } from '../platform/database/tool-connection.js';
import { OutboundClient } from '../platform/outbound/outbound-client.js';
import { openImageDataStores } from '../storage/image-data-stores.js';
import { SilentStoreObserver } from '../storage/store-observer.js';
import { onWaiting } from './catalog.js';
import { UsageError, type Command, type Invocation, type Terminal } from './command.js';
import { grouped, ProgressBar } from './progress-bar.js';

export const verifyCommand: Command = {
  summary: 'check that records and stored data agree',
  usage: '[--hashes] [--all-data]',
  details: `Walks the whole database and every store and reports what is not as it must be: images whose data is missing or has
another size, data that belongs to nobody, images that are being saved, staged or imported by nobody, rows without the row
that they refer to, usage that is not the sum over the images. Changes nothing and may run beside the service. Reads the
settings of the service: DATABASE_URL, CATALOG_DATA_DIR, CATALOG_STORES, CATALOG_ORPHAN_GRACE.

Exit code: 0 nothing was found, 1 something was, 2 wrong usage.`,
  options: {
    hashes: { type: 'boolean', summary: 'read all data and compare its hashes too' },
    'all-data': { type: 'boolean', summary: 'report active images without any recorded data' },
  },
  run: runVerify,
};

/** No statement of a check is interrupted before; nobody waits behind it. */
const STATEMENT_TIMEOUT_MS = 3_600_000;
/** A lease dies after 30 s, is swept within 10 s, and both may wait for a busy database. */
const LEASE_SECONDS = 90;

async function runVerify({ positionals, options }: Invocation, terminal: Terminal) {
  if (positionals.length > 0) throw new UsageError('It takes no arguments.');
  const environment = { ...terminal.environment, CATALOG_MIGRATE: 'off' };
  const config = loadConfig(environment);
  const stores = await openImageDataStores(
    config.storage,
    new OutboundClient(config.outbound),
    new SilentStoreObserver(),
  );
  const choice = {
    hashes: options['hashes'] === true,
    allData: options['all-data'] === true,
    graceSeconds: config.imageData.orphanGraceSeconds,
  };
  return withDatabaseUrl({ environment, onWaiting: onWaiting(terminal) }, async (url) => {
    const limits = { statementTimeoutMs: STATEMENT_TIMEOUT_MS, poolSize: 2 };
    const database = new Database({ ...config.database, ...limits, url });
    try {
      const records = new CheckRecords(database, LEASE_SECONDS);
      const repository = new SqlImageDataRepository(database);
      return await report(new VerifyCatalog(records, repository, stores), records, {
        choice,
        terminal,
      });
    } finally {
      await database.close();
    }
  });
}

async function report(
  verification: VerifyCatalog,
  records: CheckRecords,
  { choice, terminal }: { readonly choice: VerifyOptions; readonly terminal: Terminal },
): Promise<number> {
  const { stdout, stderr } = terminal;
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const progress: VerifyProgress = { records: 0, copies: 0, bytes: 0n, stray: 0 };
  const total = await records.countOfCopies();
  const bar = new ProgressBar(stderr, () => ({
    seconds: seconds(),
    images: progress.copies,
    done: progress.copies,
    total,
  }));
  let findings = 0;
  let claim = '';
  bar.start();
  for await (const finding of verification.execute(choice, progress)) {
    if (finding.claim !== claim) bar.print(`Not so: ${finding.claim}`);
    claim = finding.claim;
    bar.print(lineOf(finding));
    findings += 1;
  }
  bar.stop();
  const read = `${grouped(progress.records)} rules, ${grouped(progress.copies)} copies, ${progress.bytes} bytes`;
  const verdict = findings === 0 ? 'Everything is as it must be' : `${grouped(findings)} found`;
  stdout.write(`${verdict}: ${read} in ${seconds().toFixed(1)} s\n`);
  return findings === 0 ? 0 : 1;
}

const lineOf = ({ subject, detail }: Finding): string => `  ${subject}: ${detail}`;
