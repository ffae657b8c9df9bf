import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBoth, fuzz, hostileJson, hostileText } from '../../../test/support/fuzzing.js';
import { DomainError } from '../../kernel/errors.js';
import { isMatched, isNotModified, preconditionsOf } from './conditional.js';
import { parseIsoInstant, toIsoSeconds } from './iso-instant.js';
import { parseJson } from './json-body.js';
import { parseLimit } from './limit.js';
import { resolveMount } from './mount.js';
import { formatQuery, parseQuery } from './query-string.js';
import { splitQuotedList } from './quoted-list.js';

describe('whatever is sent,', () => {
  it('a query is read or refused, and is the same when it was printed in between', () => {
    const urls = hostileText(
      '/v2/images?',
      'a=b',
      'a=1&a=2&b=%C3%A9',
      'name=a+b',
      '%E2%82%AC',
      '%ff',
    );
    const outcome = fuzz(
      urls.map((text) => `/?${text}`),
      (url) => {
        const query = parseQuery(url);
        expect(parseQuery(formatQuery(query))).toEqual(query);
      },
      DomainError,
    );
    expectBoth(outcome);
  });

  it('a list of quoted items is split or refused, and means the same when quoted again', () => {
    const lists = hostileText('a,b', '"a,b"', '"a\\"b",c', '"', '\\', ' , ');
    const outcome = fuzz(
      lists,
      (text) => {
        const items = splitQuotedList(text);
        const quoted = items.map((item) => `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
        expect(splitQuotedList(quoted.join(','))).toEqual(items);
      },
      DomainError,
    );
    expectBoth(outcome);
  });

  it('an instant is a date or none, and a printed one is the same second', () => {
    const outcome = { dates: 0, others: 0 };
    const zone = fc.constantFrom('', 'Z', 'z', '+02:00', '-1130', '+14', '+99:99');
    const written = fc
      .tuple(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-30') }), zone)
      .map(([date, zone]) => date.toISOString().slice(0, -1) + zone);
    const texts = hostileText(
      '2026-11-22T13:00:00Z',
      '2026-02-30',
      '2026-11',
      '13:00',
      '.123456789',
    );
    fuzz(fc.oneof(texts, written), (text) => {
      const instant = parseIsoInstant(text);
      outcome[instant === null ? 'others' : 'dates'] += 1;
      if (instant === null || instant.getUTCFullYear() > 9999) return;
      const seconds = Math.floor(instant.getTime() / 1000) * 1000;
      expect(parseIsoInstant(toIsoSeconds(instant))?.getTime()).toBe(seconds);
    });
    expect(outcome.dates).toBeGreaterThan(100);
    expect(outcome.others).toBeGreaterThan(100);
  });

  it('a limit is a page size within the bounds or refused', () => {
    const sizes = { pageSizeDefault: 25, pageSizeMax: 1000 };
    const outcome = fuzz(
      hostileText('0', '25', '+7', '1000', '1001', '-1', '1.5'),
      (text) => {
        const limit = parseLimit(text, sizes);
        expect(Number.isInteger(limit) && limit >= 0 && limit <= 1000).toBe(true);
      },
      DomainError,
    );
    expectBoth(outcome);
  });

  it('preconditions never fail, and a tag that matches strongly matches weakly', () => {
    const tags = hostileText('"3"', 'W/"3"', '*', '"3", "4"', 'W/"', '"3');
    fuzz(tags, (header) => {
      const preconditions = preconditionsOf({ 'if-match': header, 'if-none-match': header });
      const isStrong = isMatched(preconditions, '"3"');
      expect(isNotModified(preconditions, '"3"') || !isStrong).toBe(true);
    });
  });

  it('a URL and an Accept header lead to one route, which keeps the query as it was', () => {
    const urls = hostileText(
      '/image',
      '/compute',
      '/v2.1',
      '/v2',
      '/v2.16',
      '/images',
      '/',
      '//',
      '?a=b',
    );
    const accepts = hostileText('application/vnd.openstack.images-v2', '.3', ', */*');
    fuzz(fc.tuple(urls, accepts), ([text, accept]) => {
      const { url } = resolveMount(`/${text}`, accept);
      expect(url.startsWith('/')).toBe(true);
      const query = /\?.*$/s.exec(text)?.[0] ?? '';
      expect(url.endsWith(query)).toBe(true);
    });
  });

  it('a JSON body is read whole or refused', () => {
    const bodies = fc.oneof(
      hostileJson('name', 'tags').map((value) => JSON.stringify(value)),
      hostileText('{"a":1}', '[[', '{"a":', '1e400', String.raw`"\ud800"`, '{"__proto__":1}'),
    );
    const outcome = fuzz(
      bodies,
      (text) => expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text))),
      DomainError,
    );
    expectBoth(outcome);
  });

  it('JSON that is nested a thousand times over is refused', () => {
    const depths = fc.integer({ min: 65, max: 100_000 });
    const outcome = fuzz(
      fc
        .tuple(depths, fc.constantFrom(['[', ']'], ['{"a":', '}']))
        .map(
          ([depth, [open = '', close = '']]) =>
            open.repeat((depth % 5000) + 65) + '1' + close.repeat((depth % 5000) + 65),
        ),
      parseJson,
      DomainError,
    );
    expect(outcome.accepted).toBe(0);
  });
});
