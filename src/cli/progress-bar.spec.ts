import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { ProgressBar, renderProgress, type Progress } from './progress-bar.js';

const half: Progress = { seconds: 10, images: 72_040, done: 500, total: 1000 };

describe('the line', () => {
  it.each([
    [
      'half of it',
      half,
      '[===============>              ]  50 %  72,040 images  7,204/s  0:10 left',
    ],
    [
      'the beginning',
      { ...half, seconds: 0, images: 0, done: 0 },
      '[>                             ]   0 %  0 images  0/s',
    ],
    [
      'the end',
      { ...half, done: 1000 },
      '[==============================] 100 %  72,040 images  7,204/s  0:00 left',
    ],
    [
      'hours to go',
      { ...half, seconds: 60, done: 10 },
      '[>                             ]   1 %  72,040 images  1,201/s  99:00 left',
    ],
    ['no known end', { ...half, total: null }, '72,040 images  7,204/s'],
    [
      'a file that grows',
      { ...half, done: 1001 },
      '[==============================] 100 %  72,040 images  7,204/s  0:00 left',
    ],
    ['an empty file', { ...half, images: 0, done: 0, total: 0 }, '0 images  0/s'],
  ])('shows %s', (_, progress, line) => {
    expect(renderProgress(progress)).toBe(line);
  });
});

describe('on a stream', () => {
  const shown = (isTTY: boolean, columns = 40): string => {
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns });
    const bar = new ProgressBar(stderr, () => half);
    bar.start();
    bar.print('line 7: bad');
    bar.stop();
    return String(stderr.read()).replaceAll('\r\u001B[2K', '~');
  };

  it('that is a terminal it stays on one line of it, below what is printed', () => {
    expect(shown(true)).toBe('~[===============>              ]  50 % ~line 7: bad\n~');
  });

  it('that is a terminal of unknown width it is shown as on a usual one', () => {
    expect(shown(true, 0)).toContain('50 %  72,040 images  7,204/s  0:10 left~');
  });

  it('that is a file only what is printed stands', () => {
    expect(shown(false)).toBe('line 7: bad\n');
  });
});
