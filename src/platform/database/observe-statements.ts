import type pg from 'pg';

/** What is known of a statement before it runs: the name of a prepared one, or null. */
export type StatementName = string | null;

/** Told when a statement begins; what it returns is told when the statement has ended. Must not throw. */
export type StatementObserver = (name: StatementName, text: string) => (error?: unknown) => void;

type Callback = (error: unknown, result: unknown) => void;
interface Asked {
  readonly name?: string;
  readonly text?: string;
  readonly submit?: unknown;
}

/** Lets the observer see every statement of this connection, those of Prisma included; cursors and COPY excepted. */
export function observeStatements(
  client: pg.Client | pg.PoolClient,
  observer: StatementObserver,
): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const observed = (asked: string | Asked, ...others: unknown[]): unknown => {
    const { name, text = '', submit }: Asked = typeof asked === 'string' ? { text: asked } : asked;
    if (submit !== undefined && name === undefined) return query(asked, ...others);
    const ended = observer(name ?? null, text);
    const callback = others.at(-1);
    if (typeof callback === 'function')
      return query(asked, ...others.slice(0, -1), after(ended, callback as Callback));
    return untilSettled(query(asked, ...others) as Promise<unknown>, ended);
  };
  client.query = observed as typeof client.query;
}

const after =
  (ended: (error?: unknown) => void, callback: Callback): Callback =>
  (error, result) => {
    ended(error ?? undefined);
    callback(error, result);
  };

async function untilSettled<T>(result: Promise<T>, ended: (error?: unknown) => void): Promise<T> {
  try {
    const value = await result;
    ended();
    return value;
  } catch (error) {
    ended(error);
    throw error;
  }
}
