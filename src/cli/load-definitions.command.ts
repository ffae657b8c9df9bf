import {
  DefinitionFileError,
  loadDefinitions,
  type LoadedNamespace,
  type LoadOutcome,
} from '../metadata/index.js';
import { loadConfig } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { withDatabaseUrl } from '../platform/database/tool-connection.js';
import { onWaiting, resolvePath } from './catalog.js';
import {
  CommandError,
  UsageError,
  type Command,
  type Invocation,
  type Terminal,
} from './command.js';

export const loadDefinitionsCommand: Command = {
  summary: 'load metadata definitions into the catalog',
  usage: '[DIR|FILE] [--replace]',
  details: `Reads namespaces of metadata definitions from a FILE, from all *.json files of a DIR, or those that come with the
catalog. A file holds one namespace as the Image API takes and shows it; files written for other image services can
be read as they are. All are checked before the first is loaded, each is loaded whole, and a namespace that differs
from its definition is kept unless --replace is given. Loading the same again changes nothing.

Exit code: 0 all loaded or kept, 1 the database failed, 2 wrong usage or unusable file.`,
  options: {
    replace: { type: 'boolean', summary: 'overwrite namespaces that exist and differ' },
  },
  run: runLoadDefinitions,
};

async function runLoadDefinitions(
  { positionals, options }: Invocation,
  terminal: Terminal,
): Promise<number> {
  const [path, ...more] = positionals;
  if (more.length > 0) throw new UsageError('Only one DIR or FILE can be read.');
  const loaded = await withDatabase(terminal, (database) =>
    loadDefinitions(database, {
      path: path === undefined ? undefined : resolvePath(path, terminal),
      replace: options['replace'] === true,
    }),
  );
  terminal.stdout.write(report(loaded));
  return 0;
}

function withDatabase<T>(terminal: Terminal, work: (database: Database) => Promise<T>): Promise<T> {
  const { environment } = terminal;
  return withDatabaseUrl({ environment, onWaiting: onWaiting(terminal) }, async (url) => {
    const database = new Database({ ...loadConfig(environment).database, url });
    try {
      return await work(database);
    } catch (error) {
      throw error instanceof DefinitionFileError ? new CommandError(error.message, 2) : error;
    } finally {
      await database.close();
    }
  });
}

/** What was done, namespace by namespace where something was, and how often altogether. */
function report(loaded: readonly LoadedNamespace[]): string {
  const lines = loaded
    .filter(({ outcome }) => outcome !== 'unchanged')
    .map(({ name, outcome }) => `${outcome.padEnd(8)}  ${name}\n`);
  const outcomes: readonly LoadOutcome[] = ['created', 'replaced', 'kept', 'unchanged'];
  const counts = outcomes.map(
    (outcome) => `${loaded.filter((one) => one.outcome === outcome).length} ${outcome}`,
  );
  return `${lines.join('')}${counts.join(', ')}\n`;
}
