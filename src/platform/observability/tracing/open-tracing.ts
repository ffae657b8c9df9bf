import type { TracingSettings } from '../../config/tracing-settings.js';
import type { Tracing } from './span.js';

/** Null without settings: OpenTelemetry is not even loaded then. */
export async function openTracing(settings: TracingSettings | null): Promise<Tracing | null> {
  if (settings === null) return null;
  const { OtelTracing } = await import('./otel-tracing.js');
  return new OtelTracing(settings);
}
