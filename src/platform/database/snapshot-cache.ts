import { LRUCache } from 'lru-cache';
import { SharedQuestion } from './shared-question.js';

/** Keys that are known to have been asked for. */
const MAX_ASKED = 5000;
/** How long nobody asks whether anything has changed, after something has: what is written to now will be again. */
const REST_MS = 25;
/** The same, after nobody could tell. */
const LONG_REST_MS = 1000;

interface Kept<T> {
  /** None older than what the value was read from. */
  readonly snapshot: string;
  readonly value: T;
}

interface Reading<T> {
  readonly question: SharedQuestion<T | null>;
  readers: number;
}

/**
 * What was read before, handed out again while the database's snapshot is the same: while no transaction that could have
 * changed anything has ended (ADR 85). Each time it is asked anew, after the call began, so nothing is handed out that a
 * read at that moment would not find.
 */
export class SnapshotCache<T extends object> {
  private readonly kept: LRUCache<string, Kept<T>>;
  private readonly asked = new LRUCache<string, true>({ max: MAX_ASKED });
  private readonly readings = new Map<string, Reading<T>>();
  /** The youngest snapshot that this cache has heard of. */
  private newest: string | null = null;
  private restsUntil = 0;

  /**
   * @param askSnapshot see `Database.snapshot`
   * @param maxBytes how much memory the values may take; 0: nothing is kept
   * @param bytesOf about how much one takes
   */
  constructor(
    private readonly askSnapshot: () => Promise<string | null>,
    private readonly maxBytes: number,
    bytesOf: (value: T) => number,
  ) {
    this.kept = new LRUCache({
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ value }) => bytesOf(value),
    });
  }

  /**
   * @param key names all that the value depends on, besides the database
   * @param readAnew reads the primary, in any number of statements; null is not kept. Those who ask for the same share it
   */
  async read(key: string, readAnew: () => Promise<T | null>): Promise<T | null> {
    if (this.maxBytes === 0 || !this.isAskedAgain(key)) return readAnew();
    const kept = this.kept.get(key);
    if (kept !== undefined && kept.snapshot === this.newest && (await this.isStill(kept))) {
      return kept.value;
    }
    // Snapshots only ever grow. So if a later one is the same as one from before this read, the read saw that one, too.
    const before = this.newest ?? (await this.look());
    const value = await this.readTogether(key, readAnew);
    if (before !== null && value !== null) this.kept.set(key, { snapshot: before, value });
    return value;
  }

  /** When something has changed, everybody who waits for the same is there at once: one reads for all who came before it does. */
  private async readTogether(key: string, readAnew: () => Promise<T | null>): Promise<T | null> {
    const reading = this.readings.get(key) ?? {
      question: new SharedQuestion(readAnew),
      readers: 0,
    };
    this.readings.set(key, reading);
    reading.readers += 1;
    try {
      return await reading.question.answer();
    } finally {
      reading.readers -= 1;
      if (reading.readers === 0) this.readings.delete(key);
    }
  }

  /** Whoever walks through a catalog asks for each thing once, and shall not displace what others ask for again. */
  private isAskedAgain(key: string): boolean {
    if (this.asked.get(key) === true) return true;
    this.asked.set(key, true);
    return false;
  }

  private async isStill({ snapshot }: Kept<T>): Promise<boolean> {
    return (await this.look()) === snapshot;
  }

  /** @returns null while it rests, or when nobody can tell */
  private async look(): Promise<string | null> {
    if (performance.now() < this.restsUntil) return null;
    const snapshot = await this.askSnapshot();
    if (snapshot === null || snapshot !== this.newest) {
      this.newest = snapshot;
      this.restsUntil = performance.now() + (snapshot === null ? LONG_REST_MS : REST_MS);
    }
    return snapshot;
  }
}
