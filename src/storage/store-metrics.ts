import type { Histogram, HistogramSeries } from '../platform/observability/metrics/histogram.js';
import type { Metrics } from '../platform/observability/metrics/metrics.js';
import type { Reading } from '../platform/observability/metrics/reading.js';
import { StoreObserver, type StoreOperation, type TransferDirection } from './store-observer.js';

/** From the answer of a near disk to the upload of a large image, in seconds. */
const BOUNDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800, 7200];

/** Counts and times what stores are asked for. */
export class StoreMetrics extends StoreObserver {
  private readonly durations: Histogram;
  private readonly seriesByKey = new Map<string, HistogramSeries>();
  private readonly bytes = new Totals(['store', 'direction']);
  private readonly transfers = new Totals(['store', 'direction']);

  constructor(metrics: Metrics) {
    super();
    this.durations = metrics.histogram(
      'catalog_store_operation_duration_seconds',
      'Time of a call to a store; a read is over when its stream is open.',
      BOUNDS,
    );
    const bytesHelp = 'Bytes that stores were given, or asked for.';
    metrics.counter({ name: 'catalog_store_bytes_total', help: bytesHelp }, () =>
      this.bytes.readings(),
    );
    const transfersHelp = 'Uploads, downloads and imports that move bytes to or from a store now.';
    metrics.gauge({ name: 'catalog_store_transfers_in_flight', help: transfersHelp }, () =>
      this.transfers.readings(),
    );
  }

  finished({ storeId, operation, outcome, seconds, bytes }: StoreOperation): void {
    this.seriesFor(storeId, operation, outcome).observe(seconds);
    if (bytes > 0n) this.bytes.add([storeId, operation], Number(bytes));
  }

  transferBegan(storeId: string, direction: TransferDirection): void {
    this.transfers.add([storeId, direction], 1);
  }

  transferEnded(storeId: string, direction: TransferDirection): void {
    this.transfers.add([storeId, direction], -1);
  }

  private seriesFor(store: string, operation: string, outcome: string): HistogramSeries {
    const key = `${store} ${operation} ${outcome}`;
    const known = this.seriesByKey.get(key) ?? this.durations.series({ store, operation, outcome });
    this.seriesByKey.set(key, known);
    return known;
  }
}

/** Numbers by labels. */
class Totals {
  private readonly byKey = new Map<string, { labels: Record<string, string>; value: number }>();

  constructor(private readonly names: readonly string[]) {}

  add(values: readonly string[], amount: number): void {
    const key = values.join(' ');
    const total = this.byKey.get(key);
    if (total !== undefined) {
      total.value += amount;
      return;
    }
    const labels = Object.fromEntries(this.names.map((name, index) => [name, values[index] ?? '']));
    this.byKey.set(key, { labels, value: amount });
  }

  readings(): readonly Reading[] {
    return [...this.byKey.values()];
  }
}
