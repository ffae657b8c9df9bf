import type { Reading } from './reading.js';

type Labels = Readonly<Record<string, string>>;

/** One set of labels of a {@link Histogram}. To observe is a few comparisons and three additions: no allocation. */
export class HistogramSeries {
  /** Observations up to each bound and above the one before; the last entry is those above all bounds. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(
    private readonly bounds: readonly number[],
    readonly labels: Labels,
  ) {
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.bounds.length && value > (this.bounds[index] as number)) index += 1;
    this.counts[index] = (this.counts[index] as number) + 1;
    this.sum += value;
  }
}

/** In seconds: from what memory answers to what is slow for a person. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/**
 * A histogram whose series are looked up once and then kept by whoever observes, where that of the library builds
 * and hashes an object of labels each time. Registered beside the library's own metrics.
 */
export class Histogram {
  private readonly all: HistogramSeries[] = [];

  constructor(
    private readonly name: string,
    private readonly bounds: readonly number[] = SECONDS,
  ) {}

  /** A new series; call once for each set of labels. */
  series(labels: Labels): HistogramSeries {
    const series = new HistogramSeries(this.bounds, labels);
    this.all.push(series);
    return series;
  }

  /** All series as the lines that Prometheus knows: cumulative buckets, sum and count. */
  readings(): Reading[] {
    return this.all.flatMap((series) => this.readingsOf(series));
  }

  private readingsOf({ labels, counts, sum }: HistogramSeries): Reading[] {
    let count = 0;
    const buckets = [...counts].map((observed, index) => {
      count += observed;
      const le = String(this.bounds[index] ?? '+Inf');
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
