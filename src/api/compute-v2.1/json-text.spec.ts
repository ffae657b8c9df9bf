import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareByCodePoint, exactInteger, toJsonText } from './json-text.js';

describe('JSON text', () => {
  it('prints integers beyond 2^53 exactly', () => {
    const size = exactInteger(2n ** 63n - 1n);
    expect(toJsonText({ size, b: [{ d: 1, c: 2 }] }, 'as-built')).toBe(
      '{"size":9223372036854775807,"b":[{"d":1,"c":2}]}',
    );
    expect(toJsonText({ size }, 'by-code-point')).toBe('{"size":9223372036854775807}');
  });

  it('needs no bigint up to 2^53', () => {
    expect(exactInteger(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER);
    expect(exactInteger(2n ** 53n)).toBe(2n ** 53n);
  });

  it('leaves undefined members out and keeps null', () => {
    expect(toJsonText({ a: undefined, b: null }, 'as-built')).toBe('{"b":null}');
  });

  it('keeps the order it was built in', () => {
    expect(toJsonText({ b: 1, a: [{ d: 1, c: 2 }] }, 'as-built')).toBe(
      '{"b":1,"a":[{"d":1,"c":2}]}',
    );
  });

  it('sorts keys by code point at every level, arrays not', () => {
    expect(toJsonText({ b: [{ d: 1, c: 2 }, 0], B: {}, _: true }, 'by-code-point')).toBe(
      '{"B":{},"_":true,"b":[{"c":2,"d":1},0]}',
    );
  });

  it('sorts names that look like numbers as text', () => {
    expect(toJsonText({ 9: 'nine', 10: 'ten' }, 'by-code-point')).toBe('{"10":"ten","9":"nine"}');
  });

  it('says what JSON.stringify says about ordinary values', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(toJsonText(value as never, 'as-built')).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe('the order of keys by code point', () => {
  it('puts characters beyond U+FFFF last', () => {
    const object = { '😀': 1, '\uFFFD': 2, é: 3, z: 4 };
    expect(toJsonText(object, 'by-code-point')).toBe('{"z":4,"é":3,"\uFFFD":2,"😀":1}');
  });
});

describe('the order by code point', () => {
  it('agrees with comparing the code points one by one', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\uE000', '\uFFFD', '😀', '𝒳') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const expected = compareArrays(codePoints(a), codePoints(b));
        expect(Math.sign(compareByCodePoint(a, b))).toBe(expected);
      }),
    );
  });
});

const codePoints = (text: string): number[] => [...text].map((c) => c.codePointAt(0) ?? 0);

function compareArrays(a: number[], b: number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  if (index < 0) return Math.sign(a.length - b.length);
  return index >= b.length ? 1 : Math.sign(a[index]! - b[index]!);
}
