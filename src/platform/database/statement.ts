/** A statement, prepared when it has a name: `name` identifies `text` on every connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Leaves jsonb columns as the text that they came as. */
  readonly jsonAsText?: true;
}

export type NamedStatement = Statement & { readonly name: string };

/**
 * A write by one statement that takes next to no time, touches few rows, and sets everything it needs of its transaction itself, such as the
 * origin of its records.
 */
export interface GroupedStatement extends NamedStatement {
  /** Only writes of one group are committed together. */
  readonly group: string;
  /** Writes of a group are done in this order, so that no two groups wait for each other's rows. */
  readonly rank: string;
}
