import { Metrics } from '../../src/platform/observability/metrics/metrics.js';
import type { TestApp } from './app.js';

const LINE = /^(?<name>[a-z_:][a-z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/i;

/** One line of the text format of Prometheus. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The figures of an application as they are printed. */
export class Scrape {
  readonly samples: readonly Sample[];

  constructor(readonly text: string) {
    this.samples = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(parse);
  }

  static async of({ app }: TestApp): Promise<Scrape> {
    return new Scrape(await app.get(Metrics).print());
  }

  /** The value with these labels among others; null where there is none. @throws when there are several */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | null {
    const found = this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    if (found.length > 1) throw new Error(`Several ${name} with ${JSON.stringify(labels)}.`);
    return found[0]?.value ?? null;
  }

  get names(): ReadonlySet<string> {
    return new Set(this.samples.map(({ name }) => name));
  }
}

function parse(line: string): Sample {
  const { name = '', labels = '', value } = LINE.exec(line)?.groups ?? {};
  if (name === '') throw new Error(`Not a sample: ${line}`);
  const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text])),
    value: Number(value),
  };
}
