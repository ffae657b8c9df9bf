import pg from 'pg';
import { StartupError } from '../lifecycle/startup-error.js';

const UNDEFINED_OBJECT = '42704';

export interface ServiceRole {
  readonly name: string;
  /** The role is made where it is missing, and has this password from now on; null leaves it as it is. */
  readonly password: string | null;
}

/**
 * Lets a role serve the catalog, and no more than that: it reads and writes rows, but owns nothing, cannot change the
 * schema, and cannot change or remove what the audit has recorded. To be repeated after migrations, which may add tables.
 * @param connectionString of the owner of the schema
 * @throws StartupError when the role does not exist
 */
export async function grantService(connectionString: string, role: ServiceRole): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'image-catalog migrations' });
  await client.connect();
  try {
    if (role.password !== null) await makeRole(client, role.name, role.password);
    await client.query(grants(pg.escapeIdentifier(role.name)));
  } catch (error) {
    if ((error as pg.DatabaseError).code !== UNDEFINED_OBJECT) throw error;
    const message = `The database has no role "${role.name}": make it with CREATE ROLE, or name a password file.`;
    throw new StartupError(message, { cause: error });
  } finally {
    await client.end();
  }
}

async function makeRole(client: pg.Client, name: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  const command = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${command} ROLE ${pg.escapeIdentifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`,
  );
}

/** One implicit transaction. */
const grants = (role: string): string => `
GRANT USAGE ON SCHEMA public TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO ${role};
REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM ${role};
REVOKE UPDATE, DELETE ON audit_records FROM ${role};`;
