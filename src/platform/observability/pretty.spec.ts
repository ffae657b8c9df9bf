import { describe, expect, it } from '@jest/globals';
import { pretty } from './pretty.js';

const line = (fields: object): string =>
  pretty(JSON.stringify({ level: 30, time: 0, pid: 1, hostname: 'h', ...fields })).slice(9);

describe('a line for a person', () => {
  it('begins with what was asked, the answer and the time it took', () => {
    const request = { method: 'GET', route: '/v2/images', status: 200, durationMs: 3.1 };
    expect(line({ ...request, requestId: 'req-1', tenant: null })).toBe(
      'info  GET /v2/images 200 3.1 ms requestId=req-1\n',
    );
  });

  it('names who says what', () => {
    expect(line({ level: 40, context: 'Keystone', msg: 'It is slow.', seconds: 2 })).toBe(
      'WARN  [Keystone] It is slow. seconds=2\n',
    );
  });

  it.each(['a\nb', 'a\r\nb', 'a\u001b[2Jb', 'a\u0085b', 'a\u2028b', 'a\u009bb'])(
    'stays one line without control characters: %j',
    (text) => {
      const printed = line({ msg: text, path: text, deep: { er: text } });
      expect(printed.trimEnd()).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    },
  );

  it('is followed by the frames of an error, never by lines of its message', () => {
    const stack = 'Error: one\n12:00:00 info forged\n    at here (file.js:1:2)';
    const printed = line({ err: { type: 'Error', message: 'one\n12:00:00 info forged', stack } });
    expect(printed.split('\n')).toEqual([
      'info ',
      String.raw`  Error: "one\n12:00:00 info forged"`,
      '    at here (file.js:1:2)',
      '',
    ]);
  });
});
