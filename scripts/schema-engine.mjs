#!/usr/bin/env node
// Stands in for Prisma's native schema engine, which is downloaded on first use. Speaks the same
// JSON-RPC on stdio, so `prisma migrate dev|deploy|diff|status|resolve|reset` and `db push|pull|execute`
// work without a network. Development only: the service applies migrations with its own runner.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import readline from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

const argv = process.argv.slice(2);
const flag = (name) => argv.flatMap((a, i) => (a === name ? [argv[i + 1]] : []));
if (argv.includes('--version')) {
  console.log('schema-engine-cli wasm');
  process.exit(0);
}
const { url, shadowDatabaseUrl } = JSON.parse(flag('--datasource')[0] ?? '{}');
const config = (u) => {
  const { schema: _drop, ...rest } = parseIntoClientConfig(u);
  return rest; // discrete fields: with `connectionString`, pg would ignore the shadow `database`
};
async function withClient(cfg, use) {
  const client = new pg.Client(cfg);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

// --- adapter-pg, made fit for migrations -----------------------------------------------------
const CHAR_OID = 18; // pg_catalog "char": adapter-pg rejects it, the engine wants Character
const charColumns = new WeakMap();
async function adapter(cfg) {
  const pool = new pg.Pool({ ...cfg, max: 4 });
  pool.on('error', () => {});
  const query = pool.query.bind(pool);
  pool.query = async (...args) => {
    const result = await query(...args);
    for (const part of Array.isArray(result) ? result : [result]) {
      const columns = (part?.fields ?? []).flatMap((f, i) =>
        f.dataTypeID === CHAR_OID ? [i] : [],
      );
      for (const i of columns) part.fields[i].dataTypeID = 25;
      if (columns.length) charColumns.set(part.rows, columns);
    }
    return result;
  };
  const a = await new PrismaPg(pool, { schema: 'public' }).connect();
  const queryRaw = a.queryRaw.bind(a);
  a.queryRaw = async (q) => {
    const result = await queryRaw(q);
    for (const i of charColumns.get(result.rows) ?? [])
      result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
  // The stock executeScript() splits on every ';', which breaks $$ bodies and string literals.
  a.executeScript = async (script) => {
    const client = await pool.connect();
    try {
      await client.query(script);
    } catch (e) {
      a.onError(e);
    } finally {
      client.release();
    }
  };
  a.dispose = () => pool.end();
  return a;
}
const shadows = [];
async function dropShadows() {
  for (const [cfg, name] of shadows.splice(0)) {
    await withClient(cfg, (c) => c.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
  }
}
const factory = (cfg) => ({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: () => adapter(cfg),
  async connectToShadowDb() {
    if (shadowDatabaseUrl) return adapter(config(shadowDatabaseUrl));
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    await withClient(cfg, (c) => c.query(`CREATE DATABASE "${name}"`));
    shadows.push([cfg, name]); // the engine never disposes it
    return adapter({ ...cfg, database: name });
  },
});

// --- `schema-engine cli <command>` -----------------------------------------------------------
const sub = argv.indexOf('cli');
if (sub >= 0) {
  const cfg = config(url);
  const admin = { ...cfg, database: 'postgres' };
  const id = pg.escapeIdentifier(cfg.database);
  const commands = {
    'can-connect-to-database': () => withClient(cfg, () => undefined),
    'create-database': () => withClient(admin, (c) => c.query(`CREATE DATABASE ${id}`)),
    'drop-database': () => withClient(admin, (c) => c.query(`DROP DATABASE ${id} WITH (FORCE)`)),
  };
  process.stderr.write('\n'); // the CLI skips the first line
  try {
    await commands[argv[sub + 1]]();
    process.exit(0);
  } catch (e) {
    const code =
      { '3D000': 'P1003', '28P01': 'P1000', ECONNREFUSED: 'P1001' }[e.code] ?? e.code ?? null;
    const fields = { message: String(e.message), error_code: code, is_panic: false };
    process.stderr.write(
      `${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}\n`,
    );
    process.exit(1);
  }
}

// --- JSON-RPC --------------------------------------------------------------------------------
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (m) => process.stderr.write(`${m}\n`) };
const file = createRequire(import.meta.url)
  .resolve('@prisma/schema-engine-wasm')
  .replace(/[^/\\]+$/, 'schema_engine_bg.wasm');
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(file)), {
  './schema_engine_bg.js': wasm,
});
wasm.__wbg_set_wasm(exports);
exports.__wbindgen_start();

const models = flag('--datamodels').map((path) => [path, fs.readFileSync(path, 'utf8')]);
let pending;
const engine = (u = url) =>
  (pending ??= wasm.SchemaEngine.new(
    { datamodels: models.length ? models : undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(factory(config(u))),
  ));
const send = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

async function call(method, params) {
  if (method === 'createDatabase') return { databaseName: config(url).database };
  if (method === 'ensureConnectionValidity') return withClient(config(url), () => ({}));
  if (method === 'getDatabaseVersion') return (await engine()).version(params ?? null);
  if (method === 'dbExecute')
    return withClient(config(params.datasourceType?.url ?? url), (c) =>
      c.query(params.script).then(() => null),
    );
  const e = await engine(params?.from?.url ?? params?.to?.url);
  if (method === 'diff') {
    const { stdout, exitCode } = await e.diff(params);
    if (stdout != null) send({ id: 1, method: 'print', params: { content: stdout } });
    return { exitCode };
  }
  if (method === 'createMigration' || method === 'evaluateDataLoss') {
    // Only the diagnosis replays migrations through the factory; it leaves the schema in the engine's cache.
    const { migrationsList, filters } = params;
    await e.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: true });
  }
  return (await e[method](params)) ?? (method === 'reset' ? null : {});
}
let queue = Promise.resolve();
readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (!method) return; // the CLI acknowledging a print
    queue = queue
      .then(() => call(method, params).finally(dropShadows))
      .then(
        (result) => send({ id, result }),
        (e) =>
          send({
            id,
            error: {
              code: 4466,
              message: 'engine error',
              data: {
                is_panic: false,
                message: String(e.message ?? e).split('\n   0:')[0],
                error_code: e.code,
                meta: null,
              },
            },
          }),
      );
  })
  .on('close', () => queue.finally(() => process.exit(0)));
