import { Logger } from '@nestjs/common';
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { createApp } from './app.setup.js';
import { BootstrapIdentity } from './tenants/index.js';
import { ClientFiles } from './platform/client-files/client-files.js';
import { loadConfig, type Config } from './platform/config/config.js';
import { prepareDataDirectory } from './platform/data-directory.js';
import { Database } from './platform/database/database.js';
import { openDatabaseServer } from './platform/database/database-server.js';
import { migrate, migrationsDirectory } from './platform/database/migrate.js';
import type { Cleanup } from './platform/lifecycle/cleanup.js';
import { greet, say } from './platform/lifecycle/console.js';
import { Faults } from './platform/lifecycle/faults.js';
import { drain, listen, localOrigin } from './platform/lifecycle/listen.js';
import { renewCertificate } from './platform/lifecycle/renew-certificate.js';
import { runUntilTerminated, type Start } from './platform/lifecycle/run.js';
import { giveMemoryBack } from './platform/lifecycle/spare-memory.js';
import { Metrics } from './platform/observability/metrics/metrics.js';
import { openTracing } from './platform/observability/tracing/open-tracing.js';
import { serveMetrics } from './platform/observability/metrics/metrics-server.js';
import {
  answerForMetrics,
  printForAllWorkers,
} from './platform/observability/metrics/worker-metrics.js';
import { reportListening, WorkerGroup } from './platform/lifecycle/worker-group.js';

/** Brings up what all processes share, and serves: alone, or by workers. */
const start: Start = async (signal, cleanup) => {
  const config = loadConfig();
  const clientFiles = new ClientFiles(await prepareDataDirectory(config.dataDir));
  const onWaiting = (address: string): void => {
    const { startupTimeoutSeconds } = config.database;
    say(`Waiting up to ${startupTimeoutSeconds} s for the database at ${address}.`);
  };
  const server = await openDatabaseServer(config, { purpose: 'service', signal, onWaiting });
  cleanup.defer(() => server.stop());
  signal.throwIfAborted();
  if (config.database.migrate) await migrate(server.url, migrationsDirectory());

  const origin =
    config.http.workers === 1
      ? await serve(config, server.url, signal, cleanup)
      : await serveByWorkers(config, server.url, cleanup);
  giveMemoryBack();
  const { publicUrl } = config.links;
  const { auth } = config;
  if (auth.embedded) await clientFiles.pointAt(authUrlAt(config, origin));
  const { docs } = config.http;
  greet({ origin, publicUrl, docs, database: server.description, clientFiles, auth });
};

/** A worker finds the database up to date, where the first process tells it. */
const startWorker: Start = async (signal, cleanup) => {
  const config = loadConfig();
  const origin = await serve(config, config.database.url ?? '', signal, cleanup);
  giveMemoryBack();
  reportListening(origin);
};

/** @returns the origin under which a client on this machine reaches the service */
async function serve(
  config: Config,
  databaseUrl: string,
  signal: AbortSignal,
  cleanup: Cleanup,
): Promise<string> {
  const clientFiles = new ClientFiles(await prepareDataDirectory(config.dataDir));
  const database = new Database({ ...config.database, url: databaseUrl });
  cleanup.defer(() => database.close());
  const tracing = await openTracing(config.tracing);
  cleanup.defer(async () => tracing?.close());
  const app = await createApp(config, database, tracing);
  const metrics = app.get(Metrics);
  watchFaults(metrics);
  if (cluster.isWorker) answerForMetrics(metrics);
  else await offerMetrics(config, () => metrics.print(), cleanup);
  cleanup.defer(() => drain(app, config.http));
  const { adminPassword } = config.identity;
  const { generatedPassword } = config.auth.embedded
    ? await app.get(BootstrapIdentity).execute({ adminPassword })
    : { generatedPassword: null };
  const password = adminPassword ?? generatedPassword;
  if (config.auth.embedded && password !== null) {
    const authUrl = authUrlAt(config, localOrigin(config.http));
    await clientFiles.write({ authUrl, region: config.identity.region, password });
  }
  signal.throwIfAborted();
  const origin = await listen(app, config.http);
  cleanup.defer(renewCertificate(app.getHttpServer(), config.http.tls));
  return origin;
}

async function serveByWorkers(
  config: Config,
  databaseUrl: string,
  cleanup: Cleanup,
): Promise<string> {
  const { group, origin } = await WorkerGroup.start({
    program: fileURLToPath(import.meta.url),
    count: config.http.workers,
    environment: {
      DATABASE_URL: databaseUrl,
      CATALOG_DATABASE_REPLICA_URLS: config.database.replicaUrls.join(','),
      CATALOG_DATABASE_PASSWORD_FILE: '',
    },
  });
  await offerMetrics(config, printForAllWorkers, cleanup);
  cleanup.defer(() => group.stop());
  return origin;
}

/** A fault in one request is logged and counted; a process that is broken stops as if it were told to. */
function watchFaults(metrics: Metrics): void {
  const logger = new Logger('Faults');
  const faults = new Faults(
    (kind, error) => {
      logger.error({ message: `Nobody caught a fault (${kind}).`, err: error });
    },
    () => process.kill(process.pid, 'SIGTERM'),
  );
  faults.watch();
  faults.countIn(metrics);
}

/** Goes on until nothing else does: how a service drains is of interest, too. */
async function offerMetrics(
  { metrics }: Config,
  print: () => Promise<string>,
  cleanup: Cleanup,
): Promise<void> {
  if (metrics === null) return;
  const server = await serveMetrics(metrics, print);
  cleanup.defer(() => server.close());
  say(`Metrics are at ${server.origin}/metrics`);
}

const authUrlAt = ({ links }: Config, origin: string): string =>
  `${links.publicUrl ?? origin}/identity/v3`;

await runUntilTerminated(cluster.isWorker ? startWorker : start);
