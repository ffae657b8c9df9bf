import { readFileSync } from 'node:fs';
import { loadConfig } from '../platform/config/config.js';
import { openDatabaseServer } from '../platform/database/database-server.js';
import { migrate, migrationsDirectory } from '../platform/database/migrate.js';
import { grantService, type ServiceRole } from '../platform/database/service-role.js';
import { onWaiting, resolvePath } from './catalog.js';
import {
  CommandError,
  UsageError,
  type Command,
  type Invocation,
  type Terminal,
} from './command.js';

export const migrateCommand: Command = {
  summary: 'bring the database up to date',
  usage: '[--grant-to ROLE [--password-file FILE]]',
  details: `Applies the migrations that the database lacks, and does nothing where it lacks none. The service does the same when
it starts; where its database role may not, run this first, as the owner of the schema, with CATALOG_MIGRATE=off for the
service. Any number of these may run at once: one works, the others wait.

Exit code: 0 up to date, 1 the database failed, 2 wrong usage.`,
  options: {
    'grant-to': {
      type: 'string',
      summary: 'let this database role serve the catalog, without a right to its schema',
    },
    'password-file': {
      type: 'string',
      summary: 'make the role where it is missing, and give it the password of this file',
    },
  },
  run: runMigrate,
};

async function runMigrate(
  { positionals, options }: Invocation,
  terminal: Terminal,
): Promise<number> {
  if (positionals.length > 0) throw new UsageError('It takes no arguments.');
  const role = roleOf(options, terminal);
  const config = loadConfig(terminal.environment);
  const server = await openDatabaseServer(config, {
    purpose: 'tool',
    onWaiting: onWaiting(terminal),
  });
  try {
    const applied = await migrate(server.url, migrationsDirectory());
    for (const name of applied) terminal.stdout.write(`applied  ${name}\n`);
    terminal.stdout.write(applied.length === 0 ? 'up to date\n' : `${applied.length} applied\n`);
    if (role !== null) {
      await grantService(server.url, role);
      terminal.stdout.write(`granted to ${role.name}\n`);
    }
    return 0;
  } finally {
    await server.stop();
  }
}

function roleOf(options: Invocation['options'], terminal: Terminal): ServiceRole | null {
  const { 'grant-to': name, 'password-file': file } = options;
  if (typeof name !== 'string') {
    if (file !== undefined) throw new UsageError('--password-file belongs to --grant-to.');
    return null;
  }
  return { name, password: typeof file === 'string' ? passwordOf(file, terminal) : null };
}

function passwordOf(file: string, terminal: Terminal): string {
  try {
    const password = readFileSync(resolvePath(file, terminal), 'utf8').trim();
    if (password !== '') return password;
  } catch {
    throw new CommandError(`Cannot read ${file}.`, 2);
  }
  throw new CommandError(`${file} is empty.`, 2);
}
