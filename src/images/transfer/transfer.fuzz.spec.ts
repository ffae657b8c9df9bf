import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBoth, fuzz, hostileJson, hostileText } from '../../../test/support/fuzzing.js';
import { DomainError } from '../../kernel/errors.js';
import { DocumentSplitter, type Fragment } from './document-splitter.js';
import { InvalidDocument } from './image-document.js';
import { parseImageDocument } from './parse-image-document.js';
import { printImageDocument } from './print-image-document.js';

const DOCUMENT =
  '{"id":"8f2a61a0-6a0c-4a52-b4d5-7f5fdb7a7c11","status":"active","size":5,' +
  '"created_at":"2026-11-22T13:00:00Z","updated_at":"2026-11-22T13:00:00Z","tags":["a"],"p":"1"}';

function split(bytes: Buffer, chunkBytes: number, limit: number): Fragment[] {
  const splitter = new DocumentSplitter(limit);
  const fragments: Fragment[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    fragments.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  }
  return [...fragments, ...splitter.end()];
}

describe('the documents of a bulk load', () => {
  it('are cut in the same places however the bytes arrive, and lie within the limit', () => {
    const text = hostileText(
      '{"a":1}\n',
      '{"images":[',
      '{"a":"\\"}"}',
      ']}',
      '[',
      '"',
      '\\',
      '\u001e',
    );
    const inputs = fc.oneof(
      text.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    const found = { texts: 0, problems: 0 };
    fuzz(fc.tuple(inputs, fc.integer({ min: 1, max: 300 })), ([bytes, chunkBytes]) => {
      const limit = 8192;
      const whole = split(bytes, bytes.length + 1, limit);
      expect(JSON.stringify(split(bytes, chunkBytes, limit)) === JSON.stringify(whole)).toBe(true);
      const texts = whole.flatMap((fragment) => ('text' in fragment ? [fragment.text] : []));
      expect(texts.every((text) => Buffer.byteLength(text) <= limit)).toBe(true);
      found.texts += texts.length;
      found.problems += whole.length - texts.length;
    });
    expect(found.texts).toBeGreaterThan(100);
    expect(found.problems).toBeGreaterThan(100);
  });

  it('are images, deleted ones or refused, and are the same image when printed again', () => {
    const members = hostileJson('active', 'public', '2026-11-22T13:00:00Z', 'raw');
    const changed = fc
      .tuple(
        fc.constantFrom(...Object.keys(JSON.parse(DOCUMENT) as object), 'owner', 'min_ram'),
        members,
      )
      .map(([name, value]) =>
        JSON.stringify({ ...(JSON.parse(DOCUMENT) as object), [name]: value }),
      );
    const outcome = fuzz(
      fc.oneof(
        changed,
        hostileText(DOCUMENT, DOCUMENT.slice(0, -1), ',"members":[]}', ',"a":"b"}'),
      ),
      (text) => {
        const document = parseImageDocument(text);
        if (document === null) return;
        const { members, createdAt, updatedAt, ...others } = document;
        const image = {
          ...others,
          createdAt: createdAt ?? new Date(0),
          updatedAt: updatedAt ?? new Date(0),
        };
        const printed = printImageDocument({ ...image, version: 1 }, members ?? []);
        expect(parseImageDocument(printed)).toEqual({ ...image, members: members ?? [] });
      },
      InvalidDocument,
      DomainError,
    );
    expectBoth(outcome);
  });
});
