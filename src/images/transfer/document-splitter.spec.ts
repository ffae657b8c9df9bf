import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DocumentSplitter, type Fragment } from './document-splitter.js';

function split(input: string | Buffer, chunkSize = 1 << 20, limit?: number): Fragment[] {
  const bytes = Buffer.from(input);
  const splitter = new DocumentSplitter(limit);
  const fragments: Fragment[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) {
    fragments.push(...splitter.push(bytes.subarray(at, at + chunkSize)));
  }
  return [...fragments, ...splitter.end()];
}

const texts = (fragments: Fragment[]): (string | undefined)[] =>
  fragments.map((fragment) => ('text' in fragment ? fragment.text : undefined));

describe('layouts', () => {
  it.each([
    ['one document', '{"a":1}', ['1:{"a":1}']],
    ['one pretty document', '{\n  "a": [\n    1\n  ]\n}\n', ['1:{\n  "a": [\n    1\n  ]\n}']],
    ['JSON lines', '{"a":1}\n{"a":2}\n', ['1:{"a":1}', '2:{"a":2}']],
    ['lines that end in CR LF', '{"a":1}\r\n{"a":2}\r\n', ['1:{"a":1}', '2:{"a":2}']],
    ['empty lines between', '\n\n{"a":1}\n\n\n{"a":2}', ['3:{"a":1}', '6:{"a":2}']],
    ['documents on one line', '{"a":1}{"a":2} {"a":3}', ['1:{"a":1}', '1:{"a":2}', '1:{"a":3}']],
    ['an array', '[{"a":1},{"a":2}]', ['1:{"a":1}', '1:{"a":2}']],
    ['an array in lines', '[\n{"a":1},\n{"a":2}\n]\n', ['2:{"a":1}', '3:{"a":2}']],
    ['an empty array', '[]', []],
    ['arrays in a row', '[{"a":1}]\n[{"a":2}]', ['1:{"a":1}', '2:{"a":2}']],
    [
      'a list document',
      '{"images": [{"a":1},\n{"a":2}], "schema": "/s"}',
      ['1:{"a":1}', '2:{"a":2}'],
    ],
    [
      'a list document with members before',
      '{"first":"/v2", "images"\n :\n[{"a":1}]}',
      ['3:{"a":1}'],
    ],
    ['an empty list document', '{"images": []}', []],
    [
      'list documents in a row',
      '{"images":[{"a":1}],"next":"{"}\n{"images":[{"a":2}]}',
      ['1:{"a":1}', '2:{"a":2}'],
    ],
    ['a nested key "images"', '{"a":{"images":[{"b":1}]}}', ['1:{"a":{"images":[{"b":1}]}}']],
    ['a key that ends like it', String.raw`{"x\"images":[1]}`, [String.raw`1:{"x\"images":[1]}`]],
    ['a byte order mark', '\uFEFF{"a":1}', ['1:{"a":1}']],
    [
      'a record separator before each',
      '\u001e{"a":1}\n\u001e{"a":2}\n',
      ['1:{"a":1}', '2:{"a":2}'],
    ],
    ['brackets in strings', '{"a":"]}[{"}\n{"b":"}"}', ['1:{"a":"]}[{"}', '2:{"b":"}"}']],
    [
      'escaped quotes',
      String.raw`{"a":"\\\"}"}{"b":"\\"}`,
      [String.raw`1:{"a":"\\\"}"}`, String.raw`1:{"b":"\\"}`],
    ],
    ['unindented nesting', '{"a":[\n{"b":1},\n{"b":2}\n]}', ['1:{"a":[\n{"b":1},\n{"b":2}\n]}']],
    ['other values', 'null\n[1,"a,b",{"a":1}]', ['1:null', '2:1', '2:"a,b"', '2:{"a":1}']],
    ['nothing', '', []],
    ['only white space', ' \n\t\r\n', []],
  ])('reads %s, however the bytes arrive', (_, input, expected) => {
    for (const chunkSize of [1, 2, 3, 7, 1 << 20]) {
      const found = split(input, chunkSize).map((fragment) =>
        'text' in fragment ? `${fragment.line}:${fragment.text}` : fragment,
      );
      expect(found).toEqual(expected);
    }
  });
});

describe('damaged input', () => {
  it.each([
    ['a truncated line', '{"a":1}\n{"a":\n{"a":3}\n', ['{"a":1}', 'line 2', '{"a":3}']],
    ['a missing brace', '{"a":1\n{"a":2}\n{"a":3}', ['line 1', '{"a":2}', '{"a":3}']],
    ['a line that ends after a comma', '{"a":1,\n{"a":2}\n', ['line 1', '{"a":2}']],
    ['a line that ends in a list', '{"a":[\n{"a":2}\n{"a":3}\n', ['line 1', '{"a":2}', '{"a":3}']],
    ['a line that ends in a string', '{"a":"x\n{"a":2}\n', ['line 1', '{"a":2}']],
    ['two damaged lines in a row', '{"a":[\n{"b":"x\n{"c":3}\n', ['line 1', 'line 2', '{"c":3}']],
    ['a wrong bracket', '{"a":[}\n{"a":2}\n', ['line 1', '{"a":2}']],
    ['a stray closing brace', '{"a":1}}\n{"a":2}\n', ['{"a":1}', '}', '{"a":2}']],
    ['words', 'hello "wor\n{"a":2}\n', ['hello "wor', '{"a":2}']],
    ['an end inside a document', '{"a":1}\n{"a":2', ['{"a":1}', 'line 2']],
    ['an end inside a string', '{"a":1}\n{"a":"2', ['{"a":1}', 'line 2']],
    ['an end inside an array', '\n[{"a":1},', ['{"a":1}', 'line 2']],
    ['an end inside a list document', '\n{"images":[{"a":1}],"x":', ['{"a":1}', 'line 2']],
    [
      'a damaged element in lines',
      '[\n{"a":1},\n{"a":[},\n{"a":3}\n]\n',
      ['{"a":1}', 'line 3', '{"a":3}'],
    ],
    ['a damaged pretty document', '{\n "a": {\n}\n{\n "b": {}\n}\n', ['line 1', '{\n "b": {}\n}']],
  ])('goes on after %s', (_, input, expected) => {
    for (const chunkSize of [1, 2, 5, 1 << 20]) {
      const found = split(input, chunkSize).map((fragment) =>
        'text' in fragment ? fragment.text : `line ${fragment.line}`,
      );
      expect(found).toEqual(expected);
    }
  });

  it('names what is wrong', () => {
    expect(split('{"a":"\n')).toEqual([{ line: 1, problem: 'a line ends inside a string' }]);
    expect(split('{]')).toEqual([{ line: 1, problem: 'its brackets do not match' }]);
    expect(split('{')).toEqual([{ line: 1, problem: 'the input ends inside the document' }]);
    expect(split('[')).toEqual([{ line: 1, problem: 'the input ends inside the list' }]);
    expect(split('{"a":1\n{}')[0]).toEqual({ line: 1, problem: 'the document is not complete' });
  });

  it('refuses bytes that are not UTF-8 and only those', () => {
    const input = Buffer.concat([
      Buffer.from('{"a":"\xff"}\n', 'latin1'),
      Buffer.from('{"a":"ÿ"}'),
    ]);
    expect(split(input)).toEqual([
      { line: 1, problem: 'the document is not UTF-8 text' },
      { line: 2, text: '{"a":"ÿ"}' },
    ]);
  });

  it('refuses a document over the limit once and reads the next', () => {
    const input = `{"a":"${'x'.repeat(50)}",\n"b":[1]}\n{"a":"${'x'.repeat(12)}"}\n`;
    for (const chunkSize of [1, 8, 1 << 20]) {
      expect(split(input, chunkSize, 20)).toEqual([
        { line: 1, problem: 'the document is longer than 20 bytes' },
        { line: 3, text: `{"a":"${'x'.repeat(12)}"}` },
      ]);
    }
  });

  it('reads damaged lines once or twice, not once per line before them', () => {
    const lines = 200_000; // in quadratic time this would take hours
    expect(split('{"a":[\n'.repeat(lines), 1 << 16)).toHaveLength(lines);
  });
});

describe('any documents', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '"',
      '\\',
      '\n',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"images":[',
      '\u2028',
      '😀',
      '\uFEFF',
    ),
  );
  const document = fc.dictionary(
    text,
    fc.oneof(text, fc.integer(), fc.constant(null), fc.array(text)),
  );
  const layouts: Record<string, (documents: unknown[], indent: number) => string> = {
    lines: (documents) => documents.map((item) => JSON.stringify(item)).join('\n'),
    sequence: (documents, indent) => documents.map((i) => JSON.stringify(i, null, indent)).join(''),
    array: (documents, indent) => JSON.stringify(documents, null, indent),
    envelope: (images, indent) =>
      JSON.stringify({ first: '/v2/images', images, next: ']}' }, null, indent),
  };

  it('come out as they went in, from every layout and in every cut', () => {
    fc.assert(
      fc.property(
        fc.array(document.filter((value) => !Object.hasOwn(value, 'images'))),
        fc.constantFrom(...Object.keys(layouts)),
        fc.nat(3),
        fc.integer({ min: 1, max: 64 }),
        (documents, layout, indent, chunkSize) => {
          const input = layouts[layout]!(documents, indent);
          const found = texts(split(input, chunkSize)).map((item) =>
            JSON.parse(item ?? 'undefined'),
          );
          expect(found).toEqual(documents);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throw, whatever the bytes, and every chunking gives the same', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc
        .array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'a', '"images"', ' '))
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 16 }), (bytes, chunkSize) => {
        expect(split(bytes, chunkSize)).toEqual(split(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});
