import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { RecordedSpan } from '../../../../test/support/recorded-span.js';
import { activeSpan, inSpan, withSpan } from './active-span.js';

const OPTIONS = { kind: 'client' } as const;

describe('work in a span', () => {
  it('is just done where nothing is traced', async () => {
    const seen = await inSpan('work', OPTIONS, (span) => Promise.resolve(span ?? 'none'));

    expect(seen).toBe('none');
    expect(activeSpan()).toBeUndefined();
  });

  it('is a part of what goes on around it, and ends with what came of it', async () => {
    const root = new RecordedSpan('root');
    const attributes = { status: 7 };
    await withSpan(root, () =>
      inSpan(
        'outer',
        OPTIONS,
        () => inSpan('inner', OPTIONS, () => Promise.resolve()),
        () => ({ attributes }),
      ),
    );

    const [outer] = root.parts;
    expect(outer).toMatchObject({ name: 'outer', ending: { attributes } });
    expect(outer?.parts.map(({ name }) => name)).toEqual(['inner']);
  });

  it('ends with the code or the class of an error, never with its message', async () => {
    const root = new RecordedSpan('root');
    const refused = Object.assign(new Error('secret'), { code: 'ECONNREFUSED' });
    const fail = (error: unknown): Promise<void> =>
      withSpan(root, () =>
        inSpan('work', OPTIONS, async () => {
          await setImmediate();
          throw error;
        }),
      );

    await expect(fail(refused)).rejects.toBe(refused);
    await expect(fail(new TypeError('secret'))).rejects.toThrow(TypeError);
    await expect(fail('secret')).rejects.toBe('secret');
    expect(root.parts.map(({ ending }) => ending?.errorType)).toEqual([
      'ECONNREFUSED',
      'TypeError',
      '_OTHER',
    ]);
  });

  it('is no part of what is over', () => {
    const root = new RecordedSpan('root');
    root.end();

    expect(withSpan(root, activeSpan)).toBeUndefined();
  });
});
