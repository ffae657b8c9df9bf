import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { DomainError } from '../../kernel/errors.js';
import { translateDatabaseError, WriteConflict } from '../../platform/database/database-errors.js';
import { COLUMN_OF } from '../persistence/image-columns.js';
import { arrayLiteral, copyRow } from './copy-text.js';
import type { ImageDocument } from './image-document.js';
import * as sql from './load.sql.js';

/** A document with its place in the whole input. */
export interface NumberedDocument {
  readonly ordinal: number;
  readonly document: ImageDocument;
}

export interface LoadOptions {
  /** Overwrite existing images that differ, instead of keeping them. */
  readonly replace: boolean;
  /** Load everything in one transaction, instead of one per batch. */
  readonly strict: boolean;
}

/** What became of a batch. The documents that are in none of these were kept, or equal already. */
export interface BatchOutcome {
  readonly added: number;
  readonly replaced: number;
  /** Ordinals of documents whose id stands earlier in the input. */
  readonly repeated: readonly number[];
  /** Ordinals of documents whose id belongs to an image that was deleted here. */
  readonly deleted: readonly number[];
}

interface Commands {
  readonly begin: string;
  readonly commit: string;
  readonly rollback: string;
}

const TRANSACTION: Commands = { begin: 'BEGIN', commit: 'COMMIT', rollback: 'ROLLBACK' };
const PART_OF_ONE: Commands = {
  begin: 'SAVEPOINT batch',
  commit: 'RELEASE SAVEPOINT batch',
  rollback: 'ROLLBACK TO SAVEPOINT batch',
};
/** The database cannot hold something in a batch; nothing of the batch was written. */
export class BatchRefused extends DomainError {
  constructor(cause: pg.DatabaseError) {
    super('invalid', 'batch-refused', `the database refuses it: ${cause.message}`, { cause });
  }
}

/** For a batch that deadlocks with other writers. */
const ATTEMPTS = 5;
/** SQLSTATE classes: a value that is out of range or ill-formed, a constraint that it breaks. */
const DATA_ERROR = /^2[23]/;

/**
 * Writes batches of documents into the catalog over one connection that it has to itself: COPY into a table
 * of the session, then a few statements for the whole batch. Other writers may be active meanwhile.
 */
export class BatchWriter {
  private readonly commands: Commands;

  private constructor(
    private readonly client: pg.Client,
    private readonly options: LoadOptions,
  ) {
    this.commands = options.strict ? PART_OF_ONE : TRANSACTION;
  }

  static async prepare(client: pg.Client, options: LoadOptions): Promise<BatchWriter> {
    const writer = new BatchWriter(client, options);
    await writer.run(...sql.PREPARE);
    if (options.strict) await writer.run(TRANSACTION.begin);
    return writer;
  }

  /**
   * Writes all of a batch or nothing of it, and is repeated when it deadlocks.
   * @throws BatchRefused, Unavailable, or what else the database says; nothing of it was written then
   */
  async write(batch: readonly NumberedDocument[]): Promise<BatchOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.run(this.commands.begin);
        const outcome = await this.apply(batch);
        await this.run(this.commands.commit);
        return outcome;
      } catch (cause) {
        const error = translate(cause);
        await this.undo(this.commands.rollback);
        if (!(error instanceof WriteConflict) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Makes a strict load permanent; otherwise each batch is already. */
  async commit(): Promise<void> {
    if (this.options.strict) await this.run(TRANSACTION.commit);
  }

  /** Takes a strict load back. */
  async rollback(): Promise<void> {
    if (this.options.strict) await this.undo(TRANSACTION.rollback);
  }

  /** Cannot be done when the connection is lost; the server does it by itself then. */
  private async undo(command: string): Promise<void> {
    await this.run(command).catch(() => undefined);
  }

  private async apply(batch: readonly NumberedDocument[]): Promise<BatchOutcome> {
    await this.run(sql.CLEAR_BATCH);
    await this.copy(sql.COPY_IMAGES, batch.map(imageRow));
    await this.copy(sql.COPY_MEMBERS, batch.flatMap(memberRows));
    const repeated = await this.ordinals(sql.REMOVE_REPEATED);
    if (this.options.replace) await this.run(sql.LOCK_IMAGES);
    await this.run(sql.RECORD_AS_ONE);
    const added = (await this.client.query(sql.ADD_IMAGES)).rowCount ?? 0;
    await this.run(sql.RECORD_EACH);
    if (added + repeated.length === batch.length) {
      return { added, replaced: 0, repeated, deleted: [] };
    }
    const deleted = await this.ordinals(sql.FIND_DELETED);
    const replaced = this.options.replace ? await this.replace() : 0;
    return { added, replaced, repeated, deleted };
  }

  private async replace(): Promise<number> {
    const { rows } = await this.client.query<{ replaced: number }>(sql.REPLACE_IMAGES);
    return rows[0]?.replaced ?? 0;
  }

  private async ordinals(statement: string): Promise<number[]> {
    const { rows } = await this.client.query<{ ordinal: string }>(statement);
    return rows.map(({ ordinal }) => Number(ordinal));
  }

  private async copy(statement: string, rows: readonly string[]): Promise<void> {
    if (rows.length === 0) return;
    const stream = this.client.query(copyFrom(statement));
    stream.end(rows.join(''));
    await finished(stream);
  }

  private async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.client.query(statement);
  }
}

const translate = (error: unknown): unknown =>
  error instanceof pg.DatabaseError && DATA_ERROR.test(error.code ?? '')
    ? new BatchRefused(error)
    : translateDatabaseError(error);

const FIELDS = Object.keys(COLUMN_OF) as (keyof typeof COLUMN_OF)[];

/** In the order of the columns of `load_image`. */
function imageRow({ ordinal, document }: NumberedDocument): string {
  return copyRow([
    ordinal,
    document.members !== null,
    ...FIELDS.map((field) => document[field]),
    arrayLiteral(document.tags),
    JSON.stringify(document.properties),
  ]);
}

function memberRows({ document: { id, members } }: NumberedDocument): string[] {
  return (members ?? []).map((member) =>
    copyRow([id, member.memberId, member.status, member.createdAt, member.updatedAt]),
  );
}
