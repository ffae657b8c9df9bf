import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartupError } from '../lifecycle/startup-error.js';

export interface WaitOptions {
  readonly timeoutSeconds: number;
  /** Ends the waiting early. */
  readonly signal: AbortSignal;
  /** Called when the first attempt failed, with host and port. */
  readonly onWaiting: (address: string) => void;
}

const RETRY_MS = 500;
const ATTEMPT_TIMEOUT_MS = 5000;
/** SQLSTATE of a server that will not change its mind by being asked again. */
const REFUSALS: Readonly<Record<string, (client: pg.Client) => string>> = {
  '28P01': ({ user }) => `refuses the password of user "${user ?? ''}"`,
  '28000': ({ user }) => `refuses user "${user ?? ''}"`,
  '3D000': ({ database }) => `has no database "${database ?? ''}"`,
};
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ECONNRESET: 'it closed the connection',
  ETIMEDOUT: 'it does not answer',
  '57P03': 'it is starting up',
  '53300': 'it has no connection left',
};

/**
 * Waits until the database accepts connections: it may be starting beside the service.
 * @throws StartupError naming host and port, never the password; at once when the server refuses the
 *   login or has no such database, else when the time is over
 */
export async function waitForDatabase(url: string, options: WaitOptions): Promise<void> {
  const { timeoutSeconds, signal, onWaiting } = options;
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ATTEMPT_TIMEOUT_MS,
    });
    const error = await connectionError(client);
    if (error === null) return;
    const address = `${client.host}:${client.port}`;
    const refusal = REFUSALS[error.code ?? '']?.(client);
    if (refusal !== undefined) throw unreachable(`The database at ${address} ${refusal}.`, error);
    if (Date.now() >= deadline) {
      throw unreachable(`Cannot reach the database at ${address}: ${reasonOf(error)}.`, error);
    }
    if (attempt === 1) onWaiting(address);
    await sleep(RETRY_MS, undefined, { signal });
  }
}

async function connectionError(client: pg.Client): Promise<NodeJS.ErrnoException | null> {
  client.on('error', () => undefined); // connect() reports it
  try {
    await client.connect();
    await client.query('SELECT 1');
    return null;
  } catch (error) {
    return firstOf(error);
  } finally {
    await client.end().catch(() => undefined); // never opened: nothing to close
  }
}

/** A name with several addresses fails with one error for each; the first tells enough. */
function firstOf(error: unknown): NodeJS.ErrnoException {
  const { errors } = error as { errors?: readonly NodeJS.ErrnoException[] };
  return errors?.[0] ?? (error as NodeJS.ErrnoException);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (/timeout/i.test(message)) return 'it does not answer';
  return REASONS[code ?? ''] ?? message.replace(/\.$/, '');
}

function unreachable(message: string, cause: unknown): StartupError {
  return new StartupError(`${message} Check DATABASE_URL and the server.`, { cause });
}
