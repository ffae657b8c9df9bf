import { describe, expect, it } from '@jest/globals';
import { SharedQuestion } from './shared-question.js';

/** Answers the number of the question once it is told to. */
function questions() {
  const open: ((fails?: Error) => void)[] = [];
  const question = new SharedQuestion(
    () =>
      new Promise<number>((resolve, reject) => {
        const number = open.length + 1;
        open.push((fails) => (fails === undefined ? resolve(number) : reject(fails)));
      }),
  );
  const untilAsked = async (count: number): Promise<void> => {
    while (open.length < count) await Promise.resolve();
  };
  return { question, open, untilAsked };
}

describe('a shared question', () => {
  it('is asked once for all who come before it is sent', async () => {
    const { question, open, untilAsked } = questions();
    const answers = Promise.all([question.answer(), question.answer()]);
    await untilAsked(1);
    open[0]?.();
    await expect(answers).resolves.toEqual([1, 1]);
  });

  it('gives nobody an answer that was asked for before they came', async () => {
    const { question, open, untilAsked } = questions();
    const first = question.answer();
    await untilAsked(1);
    const later = Promise.all([question.answer(), question.answer()]);
    open[0]?.();
    await expect(first).resolves.toBe(1);
    await untilAsked(2);
    open[1]?.();
    await expect(later).resolves.toEqual([2, 2]);
    expect(open).toHaveLength(2);
  });

  it('is asked anew after it failed', async () => {
    const { question, open, untilAsked } = questions();
    const first = question.answer();
    await untilAsked(1);
    open[0]?.(new Error('away'));
    await expect(first).rejects.toThrow('away');
    const second = question.answer();
    await untilAsked(2);
    open[1]?.();
    await expect(second).resolves.toBe(2);
  });
});
