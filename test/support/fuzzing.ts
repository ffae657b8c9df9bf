import { expect } from '@jest/globals';
import fc from 'fast-check';

/** The same inputs on every run; `FUZZ_SEED` and `FUZZ_RUNS` look elsewhere and for longer. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 500);
/** Of the processor, for one input. Headers and queries have at most 16 KiB, so what is linear takes far less. */
const LIMIT_MS = 250;
/** As long as Node lets a header or a request line be. */
const MAX_LENGTH = 16_384;

/** What parsers trip over: ends of numbers and encodings, separators, names that objects inherit. */
const HOSTILE: readonly string[] = [
  ['', ' ', '\t', '\n', '\r\n', '\0', '\u00A0', '\u2028', '\uFEFF', '\uD800', '\u{10FFFF}', 'é'],
  ['"', "'", '\\', '/', '//', '~', '~0', '~1', '~2', '%', '%00', '%zz', '&', '=', '?', '#', '*'],
  [',', ':', ';', '-', '+', '.', '..', '(', ')', '[', ']', '{', '}', '<', '>', '|', '^', '$'],
  ['0', '-0', '00', '1e999', 'NaN', 'Infinity', '9007199254740993', '9223372036854775808'],
  ['__proto__', 'constructor', 'toString', 'null', 'undefined', 'true', '99999999999999999999'],
].flat();

/**
 * Text around a grammar: its own words and hostile ones in any order, a valid text with one part cut out,
 * doubled or replaced, and one part repeated until a header is full, which is where bad parsers get slow.
 * @param words parts of the grammar, and whole valid texts
 */
export function hostileText(...words: string[]): fc.Arbitrary<string> {
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  );
  const mixed = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
  const damaged = fc
    .tuple(fc.constantFrom(...words), part, fc.nat(), fc.nat({ max: 3 }))
    .map(([word, other, place, removed]) => {
      const at = place % (word.length + 1);
      return word.slice(0, at) + other + word.slice(at + removed);
    });
  const pumped = fc.tuple(part, part, part).map(([start, middle, end]) => {
    const count = Math.floor(MAX_LENGTH / Math.max(1, middle.length));
    return (start + middle.repeat(count)).slice(0, MAX_LENGTH) + end;
  });
  return fc.oneof(
    { weight: 5, arbitrary: mixed },
    { weight: 5, arbitrary: damaged },
    { weight: 1, arbitrary: pumped },
  );
}

/** JSON of any shape, in which the given names and values turn up where they are expected, and elsewhere. */
export function hostileJson(...words: string[]): fc.Arbitrary<unknown> {
  const text = hostileText(...words);
  const { value } = fc.letrec((tie) => ({
    leaf: fc.oneof(text, fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308)),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...words), text), tie('value'), { maxKeys: 4 }),
    ),
  }));
  return value;
}

export interface Outcome {
  readonly accepted: number;
  readonly refused: number;
}

/**
 * Runs a parser on many inputs: it answers or throws one of `refusals`, and is quick about it.
 * @param parse may make claims of its own about what it accepted
 * @returns how often it did which: inputs are worth something only if both happen
 */
export function fuzz<Input>(
  inputs: fc.Arbitrary<Input>,
  parse: (input: Input) => unknown,
  ...refusals: readonly (abstract new (...args: never[]) => Error)[]
): Outcome {
  const outcome = { accepted: 0, refused: 0 };
  const attempt = (input: Input): keyof Outcome => {
    try {
      parse(input);
      return 'accepted';
    } catch (error) {
      if (refusals.some((refusal) => error instanceof refusal)) return 'refused';
      throw error;
    }
  };
  fc.assert(
    fc.property(inputs, (input) => {
      const start = performance.now();
      outcome[attempt(input)] += 1;
      if (performance.now() - start > LIMIT_MS) {
        expect(processorMilliseconds(() => attempt(input))).toBeLessThan(LIMIT_MS);
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  return outcome;
}

/** The best of five: on a busy machine a pause says nothing about the input. */
function processorMilliseconds(work: () => unknown): number {
  const tries = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    work();
    return process.cpuUsage(start).user / 1000;
  });
  return Math.min(...tries);
}

/** Both ways of ending were seen. */
export function expectBoth({ accepted, refused }: Outcome): void {
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
}
