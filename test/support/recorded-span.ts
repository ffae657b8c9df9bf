import type { Span, SpanEnd, SpanOptions } from '../../src/platform/observability/tracing/span.js';

/** A span that goes nowhere, and remembers its parts and how it ended. */
export class RecordedSpan implements Span {
  readonly traceId = 'trace';
  readonly headers = {};
  readonly parts: RecordedSpan[] = [];
  ending: SpanEnd | null = null;

  constructor(
    readonly name: string,
    readonly options: SpanOptions = { kind: 'server' },
  ) {}

  get isOver(): boolean {
    return this.ending !== null;
  }

  begin(name: string, options: SpanOptions): Span {
    const part = new RecordedSpan(name, options);
    this.parts.push(part);
    return part;
  }

  end(end: SpanEnd = {}): void {
    this.ending = end;
  }
}
