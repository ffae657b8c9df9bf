import pg from 'pg';

type TypeParser = (value: string) => unknown;

/** Where the parser of a type is asked for, by its number. */
export interface Types {
  readonly getTypeParser: (oid: number, format?: 'text' | 'binary') => TypeParser;
}

/** What pg's own queries and those of pg-cursor use of a connection; its type says less. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  /** Sent to be parsed, not answered yet: on a pipelined connection others may follow before the answer. */
  readonly submittedNamedStatements: Record<string, string | undefined>;
  parse(statement: { name: string; text: string; types: readonly number[] }): void;
  bind(portal: { statement: string; values: readonly unknown[] }): void;
  describe(portal: { type: 'P'; name: string }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
}

interface Column {
  readonly name: string;
  readonly parse: TypeParser;
}

type Callback = (error: Error | null, result?: { readonly rows: unknown[] }) => void;

/** The columns of each statement that a connection has been told of. */
const described = new WeakMap<Connection, Map<string, readonly Column[]>>();

const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } })
  .utils;

/**
 * A prepared statement that asks for its columns once for each connection, where pg asks every time: on the hottest
 * reads, describing twenty columns costs the server and this process more than reading one row (ADR 68). Otherwise
 * it does what pg's named queries do.
 */
export class PreparedStatement {
  /** Set by the client. */
  callback: Callback | undefined;
  private readonly found: unknown[] = [];
  private columns: readonly Column[] = [];
  private failure: Error | null = null;
  private connection: Connection | undefined;
  private readonly values: readonly unknown[];

  constructor(
    readonly name: string,
    readonly text: string,
    values: readonly unknown[],
    private readonly types: Types,
  ) {
    this.values = values.map((value) => prepareValue(value));
  }

  /** Called by the client when it is this statement's turn. @returns what makes it impossible, if anything */
  submit(connection: Connection): Error | null {
    const { parsedStatements, submittedNamedStatements: submitted } = connection;
    const parsed = parsedStatements[this.name] ?? submitted[this.name];
    if (parsed !== undefined && parsed !== this.text) {
      return new Error(`The statement ${this.name} has another text already.`);
    }
    const known = parsed === undefined ? undefined : described.get(connection)?.get(this.name);
    this.columns = known ?? [];
    connection.stream.cork();
    if (parsed === undefined) {
      connection.parse({ name: this.name, text: this.text, types: [] });
      submitted[this.name] = this.text;
    }
    connection.bind({ statement: this.name, values: this.values });
    if (known === undefined) connection.describe({ type: 'P', name: '' });
    connection.execute({ portal: '' });
    connection.sync();
    connection.stream.uncork();
    this.connection = connection;
    return null;
  }

  handleRowDescription({ fields }: { fields: readonly pg.FieldDef[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.types.getTypeParser(dataTypeID, 'text'),
    }));
    if (this.connection === undefined) return;
    const statements = described.get(this.connection) ?? new Map<string, readonly Column[]>();
    described.set(this.connection, statements.set(this.name, this.columns));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.failure !== null) return;
    try {
      this.found.push(toRow(this.columns, fields));
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    if (this.failure === null) this.callback?.(null, { rows: this.found });
    else this.callback?.(this.failure);
  }

  handleCommandComplete(): void {
    // How many rows were changed: nobody asks.
  }
}

// A pipelined client takes nothing but pg's own queries, since others keep a portal open between round trips. This one
// does not: its Sync ends the portal.
Object.setPrototypeOf(PreparedStatement.prototype, pg.Query.prototype);

function toRow(columns: readonly Column[], fields: readonly (string | null)[]): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) {
    const { name, parse } = columns[index] as Column;
    const field = fields[index] ?? null;
    row[name] = field === null ? null : parse(field);
  }
  return row;
}
