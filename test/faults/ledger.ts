import { randomUUID } from 'node:crypto';

/** What something may be by now: one value when all answers arrived, more when some were lost. */
type Possible<T> = ReadonlySet<T>;

/** An image document as far as the ledger knows about it; null when there is none. */
export type Shown = Readonly<Record<string, unknown>> | null;

const KEYS = ['colour', 'shape', 'taste'] as const;
type Key = (typeof KEYS)[number];
/** On the way to or from having data; a lease ends it. */
const PASSING = new Set(['saving', 'importing', 'uploading']);

/** One image and everything that a client was told about it. Written by one client at a time. */
export class LedgerEntry {
  readonly id = randomUUID();
  exists: Possible<boolean> = new Set([false]);
  /** Somebody asked for its deletion. */
  isDeleted = false;
  readonly properties = new Map<Key, Possible<string | undefined>>(
    KEYS.map((key) => [key, new Set([undefined])]),
  );
  /** MD5, hexadecimal. */
  data: Possible<string | null> = new Set([null]);

  get isSurelyThere(): boolean {
    return this.exists.size === 1 && this.exists.has(true);
  }

  get isSurelyGone(): boolean {
    return this.exists.size === 1 && this.exists.has(false);
  }

  get mayHaveData(): boolean {
    return [...this.data].some((md5) => md5 !== null);
  }

  /** @returns what the image shows that no answer allows, in words; afterwards the ledger knows what is */
  compare(shown: Shown): string[] {
    const wrong: string[] = [];
    if (!this.exists.has(shown !== null)) wrong.push(shown === null ? 'is gone' : 'is there');
    this.exists = new Set([shown !== null]);
    return shown === null
      ? wrong
      : [...wrong, ...this.compareProperties(shown), ...this.compareData(shown)];
  }

  private compareProperties(shown: NonNullable<Shown>): string[] {
    const wrong: string[] = [];
    for (const [key, allowed] of this.properties) {
      const value = shown[key] as string | undefined;
      if (!allowed.has(value)) wrong.push(`${key} is ${value ?? 'unset'}`);
      this.properties.set(key, new Set([value]));
    }
    return wrong;
  }

  private compareData(shown: NonNullable<Shown>): string[] {
    const { status } = shown;
    const md5 = status === 'active' ? (shown['checksum'] as string) : null;
    const isAllowed = this.data.has(md5);
    if (!PASSING.has(String(status))) this.data = new Set([md5]);
    return isAllowed ? [] : [`is ${String(status)} with ${md5 ?? 'no data'}`];
  }
}

/** The outcome of a write as the client knows it. */
export type Outcome = 'done' | 'refused' | 'unknown';

/** What it may be after a write of that outcome. */
export function after<T>(before: Possible<T>, value: T, outcome: Outcome): Possible<T> {
  if (outcome === 'done') return new Set([value]);
  return outcome === 'refused' ? before : new Set([...before, value]);
}

export const PROPERTY_KEYS: readonly Key[] = KEYS;

/** Everything that was acknowledged. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  /** Those written since somebody looked. */
  readonly touched = new Set<LedgerEntry>();

  add(): LedgerEntry {
    const entry = new LedgerEntry();
    this.entries.push(entry);
    this.touched.add(entry);
    return entry;
  }
}
