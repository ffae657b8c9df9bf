import { parseIsoInstant } from '../../api/http/iso-instant.js';
import { isStorableText } from '../../api/http/text-safety.js';
import { quote } from '../../kernel/errors.js';
import { InvalidDocument } from './image-document.js';
import { numberAsWritten } from './number-as-written.js';

const MAX_INT32 = 2_147_483_647;
const MAX_INT64 = 2n ** 63n - 1n;

/** The members of one JSON object, each read as the type that it must have. */
export class JsonMembers {
  private constructor(
    private readonly object: Readonly<Record<string, unknown>>,
    /** The JSON text, for numbers that the parser has rounded. */
    private readonly source: string,
  ) {}

  /** @throws InvalidDocument when the text is not a JSON object */
  static parse(source: string): JsonMembers {
    const value = parseJson(source);
    if (!isObject(value)) throw new InvalidDocument('an image document is a JSON object');
    return new JsonMembers(value, source);
  }

  static of(value: unknown, what: string): JsonMembers {
    if (!isObject(value)) throw new InvalidDocument(`${what} must be an object`);
    return new JsonMembers(value, '');
  }

  get names(): string[] {
    return Object.keys(this.object);
  }

  value(name: string): unknown {
    return Object.hasOwn(this.object, name) ? this.object[name] : undefined;
  }

  /** @param maxLength in code points */
  text(name: string, maxLength: number): string | null {
    const value = this.value(name) ?? null;
    return value === null ? null : requireText(value, () => quote(name), maxLength);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], missing: T): T {
    const value = this.value(name);
    if (value === undefined) return missing;
    const found = allowed.find((item) => item === value);
    if (found !== undefined) return found;
    throw new InvalidDocument(`'${name}' must be one of ${allowed.join(', ')}`);
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (value === undefined) return false;
    if (typeof value === 'boolean') return value;
    throw new InvalidDocument(`'${name}' must be true or false`);
  }

  /** GiB or MiB: 0 to 2^31 - 1; 0 when missing. */
  minimum(name: string): number {
    const value = this.value(name);
    if (value === undefined) return 0;
    if (isWhole(value) && value <= MAX_INT32) return value;
    throw new InvalidDocument(`'${name}' must be a whole number from 0 to ${MAX_INT32}`);
  }

  /** 0 to 2^63 - 1, exactly as it is written. */
  bytes(name: string): bigint | null {
    const value = this.value(name) ?? null;
    if (value === null) return null;
    if (isWhole(value)) {
      if (Number.isSafeInteger(value)) return BigInt(value);
      const written = numberAsWritten(this.source, name) ?? '';
      if (/^\d+$/.test(written) && BigInt(written) <= MAX_INT64) return BigInt(written);
    }
    throw new InvalidDocument(`'${name}' must be a whole number from 0 to ${MAX_INT64}`);
  }

  /** Repeated items count once; the order of the first ones is kept. */
  textSet(name: string, maxLength: number): string[] {
    const value = this.value(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw new InvalidDocument(`'${name}' must be a list of strings`);
    const items = value as readonly unknown[];
    return [
      ...new Set(items.map((item) => requireText(item, () => `an item of '${name}'`, maxLength))),
    ];
  }

  instant(name: string): Date | null {
    const value = this.value(name) ?? null;
    if (value === null) return null;
    const instant = typeof value === 'string' ? parseIsoInstant(value) : null;
    const year = instant?.getUTCFullYear() ?? 0;
    if (instant !== null && year >= 1 && year <= 9999) return instant;
    throw new InvalidDocument(`'${name}' must be a date such as 2015-01-28T19:31:37Z`);
  }
}

/**
 * @param what is asked only when a message needs it
 * @param maxLength in code points
 * @throws InvalidDocument
 */
export function requireText(value: unknown, what: () => string, maxLength: number): string {
  if (typeof value !== 'string') throw new InvalidDocument(`${what()} must be a string`);
  if (value.length > maxLength && [...value].length > maxLength) {
    throw new InvalidDocument(`${what()} is longer than ${maxLength} characters`);
  }
  if (!isStorableText(value)) {
    throw new InvalidDocument(`${what()} contains U+0000 or an unpaired surrogate`);
  }
  return value;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? '' : ` at character ${Number(position) + 1}`;
    throw new InvalidDocument(`not valid JSON${where}`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
