import type pg from 'pg';
import { DomainError } from '../../kernel/errors.js';
import {
  BatchRefused,
  BatchWriter,
  type BatchOutcome,
  type LoadOptions,
  type NumberedDocument,
} from './batch-writer.js';
import { DocumentSplitter, type Fragment } from './document-splitter.js';
import { parseImageDocument } from './parse-image-document.js';

/** Where documents come from: the bytes of one file, say. */
export interface DocumentSource {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

export interface LoadCounts {
  readonly added: number;
  readonly replaced: number;
  /** Images that exist already, and with `replace` are what their documents say. */
  readonly kept: number;
  /** Documents of deleted images, and those whose id was deleted here. */
  readonly skipped: number;
  readonly bad: number;
}

/** Why a document was not loaded. `line` is where it begins in its source, from 1. */
export interface LoadProblem {
  readonly kind: 'bad' | 'skipped';
  readonly source: string;
  readonly line: number;
  readonly reason: string;
}

export interface LoadObserver {
  /** Not always in the order of the input: some are found only in the database. */
  problem(problem: LoadProblem): void;
  /** Called after every batch. */
  progress(counts: LoadCounts): void;
}

export interface LoadResult {
  readonly counts: LoadCounts;
  /** A strict load met a bad document: the catalog is as it was. */
  readonly isRolledBack: boolean;
}

const BATCH_DOCUMENTS = 2000;
const BATCH_CHARACTERS = 8 * 1024 * 1024;

/**
 * Loads image documents into the catalog with whatever id, status, owner and dates they state. Holds two
 * batches in memory, one being read and one being written, however long the input is.
 */
export class LoadImages {
  constructor(private readonly client: pg.Client) {}

  /** @throws what reading a source or writing to the database throws; finished batches stay unless strict */
  async execute(
    sources: readonly DocumentSource[],
    options: LoadOptions,
    observer: LoadObserver,
  ): Promise<LoadResult> {
    const writer = await BatchWriter.prepare(this.client, options);
    const load = new Load(writer, options, observer);
    try {
      for (const source of sources) await load.read(source);
      await load.finish();
      await writer.commit();
      return { counts: load.counts, isRolledBack: false };
    } catch (error) {
      await load.settled();
      await writer.rollback();
      if (error instanceof BadDocumentInStrictLoad) {
        return { counts: { ...NOTHING_LOADED, bad: load.counts.bad }, isRolledBack: true };
      }
      throw error;
    }
  }
}

export const NOTHING_LOADED: LoadCounts = { added: 0, replaced: 0, kept: 0, skipped: 0, bad: 0 };

class BadDocumentInStrictLoad extends Error {}

type Position = Pick<LoadProblem, 'source' | 'line'>;

interface LocatedDocument extends NumberedDocument {
  readonly position: Position;
}

class Load {
  counts = NOTHING_LOADED;
  private ordinal = 0;
  private batch: LocatedDocument[] = [];
  private batchCharacters = 0;
  /** The batch on its way to the database. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly writer: BatchWriter,
    private readonly options: LoadOptions,
    private readonly observer: LoadObserver,
  ) {}

  async read(source: DocumentSource): Promise<void> {
    const splitter = new DocumentSplitter();
    for await (const chunk of source.bytes) await this.take(source.name, splitter.push(chunk));
    await this.take(source.name, splitter.end());
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.writing;
  }

  /** Waits for the batch under way, whatever becomes of it. */
  async settled(): Promise<void> {
    await this.writing.catch(() => undefined);
  }

  private async take(source: string, fragments: readonly Fragment[]): Promise<void> {
    for (const fragment of fragments) {
      const position = { source, line: fragment.line };
      if ('problem' in fragment) this.refuse(position, fragment.problem);
      else this.parse(position, fragment.text);
      const isFull =
        this.batch.length >= BATCH_DOCUMENTS || this.batchCharacters >= BATCH_CHARACTERS;
      if (isFull) await this.flush();
    }
  }

  private parse(position: Position, text: string): void {
    try {
      const document = parseImageDocument(text);
      if (document === null) return this.count({ skipped: 1 });
      this.ordinal += 1;
      this.batch.push({ ordinal: this.ordinal, document, position });
      this.batchCharacters += text.length;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.refuse(position, error.message);
    }
  }

  private async flush(): Promise<void> {
    await this.writing;
    const { batch } = this;
    this.batch = [];
    this.batchCharacters = 0;
    if (batch.length === 0) return;
    this.writing = this.write(batch);
    this.writing.catch(() => undefined); // thrown by the next flush
  }

  /** A batch that the database refuses is halved until the document that it means stands alone. */
  private async write(batch: readonly LocatedDocument[]): Promise<void> {
    try {
      this.record(batch, await this.writer.write(batch));
    } catch (error) {
      const [first, ...rest] = batch;
      if (!(error instanceof BatchRefused) || first === undefined) throw error;
      if (rest.length === 0) return this.refuse(first.position, error.message);
      const middle = Math.ceil(batch.length / 2);
      await this.write(batch.slice(0, middle));
      await this.write(batch.slice(middle));
    }
  }

  private record(batch: readonly LocatedDocument[], outcome: BatchOutcome): void {
    const { added, replaced } = outcome;
    const repeated = positions(batch, outcome.repeated);
    const deleted = positions(batch, outcome.deleted);
    const kept = batch.length - added - replaced - repeated.length - deleted.length;
    this.count({ added, replaced, kept, skipped: deleted.length });
    for (const position of deleted) {
      const reason = 'the image was deleted here, and ids are never reused';
      this.observer.problem({ kind: 'skipped', reason, ...position });
    }
    for (const position of repeated) this.refuse(position, 'the id stands earlier in the input');
    this.observer.progress(this.counts);
  }

  private refuse(position: Position, reason: string): void {
    this.count({ bad: 1 });
    this.observer.problem({ kind: 'bad', reason, ...position });
    if (this.options.strict) throw new BadDocumentInStrictLoad();
  }

  private count(more: Partial<LoadCounts>): void {
    const { added = 0, replaced = 0, kept = 0, skipped = 0, bad = 0 } = more;
    this.counts = {
      added: this.counts.added + added,
      replaced: this.counts.replaced + replaced,
      kept: this.counts.kept + kept,
      skipped: this.counts.skipped + skipped,
      bad: this.counts.bad + bad,
    };
  }
}

/** In the order of the input. */
function positions(batch: readonly LocatedDocument[], ordinals: readonly number[]): Position[] {
  const wanted = new Set(ordinals);
  return batch.filter(({ ordinal }) => wanted.has(ordinal)).map(({ position }) => position);
}
