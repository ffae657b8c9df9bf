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
export interface GroupedStatement<Part = unknown> extends NamedStatement {
  /** Only writes of one group are committed together. */
  readonly group: string;
  /** Writes of a group are done in this order, so that no two groups wait for each other's rows. */
  readonly rank: string;
  /** How several of a group are written by one statement, which costs the server half as much; each on its own where this is missing. */
  readonly several?: Several<Part>;
}

export interface Several<Part> {
  readonly part: Part;
  /** @returns a statement whose rows have the `rank` of what they are the answer to */
  write(parts: readonly Part[]): NamedStatement;
}
