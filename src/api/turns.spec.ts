import { beforeEach, describe, expect, it } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from './turns.js';

const MOST = 16;

describe('turns', () => {
  let begun: string[];
  let turns: Turns;
  let responses: { closed: boolean; req: IncomingMessage }[];

  const pass = (from: number, to: number): void => {
    for (let n = from; n < to; n += 1) {
      const req = { url: `/${n}` } as IncomingMessage;
      const response = { closed: false, req };
      responses[n] = response;
      turns.pass(req, response as unknown as ServerResponse);
    }
  };
  const expected = (count: number): string[] => Array.from({ length: count }, (_, n) => `/${n}`);

  beforeEach(() => {
    begun = [];
    responses = [];
    turns = new Turns(({ url = '' }) => begun.push(url));
  });

  it('begin a few at once', () => {
    pass(0, MOST);
    expect(begun).toEqual(expected(MOST));
    expect(turns.length).toBe(0);
  });

  it('begin the others in the next ones, in order', async () => {
    pass(0, 40);
    expect(begun).toEqual(expected(MOST));
    expect(turns.length).toBe(24);
    await nextTurn();
    expect(begun).toEqual(expected(2 * MOST));
    pass(40, 42);
    await nextTurn();
    await nextTurn();
    expect(begun).toEqual(expected(42));
    expect(turns.length).toBe(0);
  });

  it('begin what comes later at once again', async () => {
    pass(0, MOST);
    await nextTurn();
    pass(MOST, 2 * MOST);
    expect(begun).toEqual(expected(2 * MOST));
  });

  it('leave out those whose clients have gone', async () => {
    pass(0, MOST + 3);
    for (const response of responses.slice(MOST, MOST + 2)) response.closed = true;
    await nextTurn();
    expect(begun).toEqual([...expected(MOST), `/${MOST + 2}`]);
    pass(20, 21);
    expect(begun.at(-1)).toBe('/20');
  });

  it('go on when all who waited have gone', async () => {
    pass(0, MOST + 3);
    for (const response of responses) response.closed = true;
    await nextTurn();
    pass(20, 22);
    expect(begun.slice(MOST)).toEqual(['/20', '/21']);
  });
});
