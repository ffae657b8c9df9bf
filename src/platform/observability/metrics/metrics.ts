import { Injectable } from '@nestjs/common';
import {
  Registry,
  collectDefaultMetrics,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client';
import { Histogram } from './histogram.js';
import type { Reading } from './reading.js';

export interface FigureOptions {
  readonly name: string;
  readonly help: string;
  /** How the figures of several workers become one: added up (unless told), or any since all say the same. */
  readonly aggregation?: 'sum' | 'first';
}

type Read = () => readonly Reading[] | Promise<readonly Reading[]>;

/**
 * The figures of one application: features register them here, `/metrics` prints them. A gauge or a counter is a
 * number that somebody keeps anyway, so it costs nothing until it is read.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  /** Figures of the process itself: processor, memory, event loop, garbage collection. */
  measureProcess(): void {
    collectDefaultMetrics({ register: this.registry });
    const help = 'Processes whose figures these are.';
    this.gauge({ name: 'catalog_processes', help }, () => [{ value: 1 }]);
  }

  histogram(name: string, help: string, bounds?: readonly number[]): Histogram {
    const histogram = new Histogram(name, bounds);
    this.register('histogram', { name, help }, () => histogram.readings());
    return histogram;
  }

  /** What goes up and down. @param read says all values, or none while they are unknown; must not throw */
  gauge(options: FigureOptions, read: Read): void {
    this.register('gauge', options, read);
  }

  /** What only goes up. @param read as in {@link gauge} */
  counter(options: FigureOptions, read: Read): void {
    this.register('counter', options, read);
  }

  /** In the text format of Prometheus. */
  print(): Promise<string> {
    return this.registry.metrics();
  }

  /** For another process that adds up. */
  export(): Promise<MetricObjectWithValues<MetricValue<string>>[]> {
    return this.registry.getMetricsAsJSON();
  }

  private register(type: string, options: FigureOptions, read: Read): void {
    const { name, help, aggregation: aggregator = 'sum' } = options;
    const get = async () => {
      const readings = await read();
      const values = readings.map((reading) => ({ labels: {}, ...reading }));
      return { name, help, type, aggregator, values };
    };
    // All that the registry needs of a metric; its types know the library's own classes only.
    this.registry.registerMetric({ name, get } as never);
  }
}
