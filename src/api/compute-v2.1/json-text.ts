/** What a representation is made of. Integers beyond 2^53 are `bigint`; undefined members are left out. */
export type JsonValue =
  string | number | bigint | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export type KeyOrder = 'as-built' | 'by-code-point';

/** The value as JSON, integers exact; on demand with the keys of every object ascending by code point. */
export function toJsonText(value: JsonValue, order: KeyOrder): string {
  if (order === 'by-code-point') return print(value, sortedKeys);
  try {
    return JSON.stringify(value);
  } catch {
    // There is a bigint in it, which only the slower way can print.
    return print(value, Object.keys);
  }
}

/** An integer as cheaply as it can be printed. */
export const exactInteger = (value: bigint): number | bigint =>
  value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

function print(value: JsonValue, keysOf: (object: JsonObject) => string[]): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map((item) => print(item, keysOf)).join(',')}]`;
  const members: string[] = [];
  for (const key of keysOf(value)) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${print(member, keysOf)}`);
  }
  return `{${members.join(',')}}`;
}

const isArray: (value: JsonValue) => value is readonly JsonValue[] = Array.isArray;

/** UTF-16 units from here on need not sort as the code points they stand for. */
const HIGH_UNIT = /[\uD800-\uFFFF]/;

function sortedKeys(object: JsonObject): string[] {
  const keys = Object.keys(object).sort();
  return keys.some((key) => HIGH_UNIT.test(key)) ? keys.sort(compareByCodePoint) : keys;
}

/** JavaScript compares UTF-16 units, which puts U+10000 before U+FFFF. */
export function compareByCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit);
