import { createApp } from './app.setup.js';
import { BootstrapIdentity } from './tenants/index.js';
import { ClientFiles } from './platform/client-files/client-files.js';
import { loadConfig } from './platform/config/config.js';
import { prepareDataDirectory } from './platform/data-directory.js';
import { Database } from './platform/database/database.js';
import { openDatabaseServer } from './platform/database/database-server.js';
import { migrate, migrationsDirectory } from './platform/database/migrate.js';
import { greet, say } from './platform/lifecycle/console.js';
import { drain, listen, localOrigin } from './platform/lifecycle/listen.js';
import { runUntilTerminated } from './platform/lifecycle/run.js';

await runUntilTerminated(async (signal, cleanup) => {
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
  const database = new Database({ ...config.database, url: server.url });
  cleanup.defer(() => database.close());

  const app = await createApp(config, database);
  cleanup.defer(() => drain(app, config.http.drainSeconds));
  const { publicUrl } = config.links;
  const authUrlAt = (origin: string): string => `${publicUrl ?? origin}/identity/v3`;
  const { adminPassword } = config.identity;
  const { generatedPassword } = config.auth.embedded
    ? await app.get(BootstrapIdentity).execute({ adminPassword })
    : { generatedPassword: null };
  const password = adminPassword ?? generatedPassword;
  if (config.auth.embedded && password !== null) {
    const authUrl = authUrlAt(localOrigin(config.http));
    await clientFiles.write({ authUrl, region: config.identity.region, password });
  }
  signal.throwIfAborted();

  const origin = await listen(app, config.http);
  if (config.auth.embedded) await clientFiles.pointAt(authUrlAt(origin));
  const { docs } = config.http;
  const { auth } = config;
  greet({ origin, publicUrl, docs, database: server.description, clientFiles, auth });
});
