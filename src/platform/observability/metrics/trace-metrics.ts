import type { Tracing } from '../tracing/span.js';
import type { Metrics } from './metrics.js';

const OUTCOMES = ['exported', 'failed', 'dropped'] as const;

/** Whether traces arrive. */
export function measureTraces(metrics: Metrics, tracing: Tracing): void {
  metrics.counter(
    {
      name: 'catalog_trace_spans_total',
      help: 'Spans that the collector took, did not take, or that were dropped because too many waited.',
    },
    () => OUTCOMES.map((outcome) => ({ labels: { outcome }, value: tracing.counts[outcome] })),
  );
  metrics.gauge({ name: 'catalog_trace_spans_waiting', help: 'Spans to be sent.' }, () => [
    { value: tracing.counts.waiting },
  ]);
}
