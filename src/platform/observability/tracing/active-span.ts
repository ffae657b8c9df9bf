import { AsyncLocalStorage } from 'node:async_hooks';
import { errorTypeOf } from './error-type.js';
import type { Span, SpanEnd, SpanOptions } from './span.js';

const spans = new AsyncLocalStorage<Span>();

/**
 * What the code that asks is a part of; undefined where nothing is traced. What a request has woken and goes on after
 * it, such as a worker that takes one task after the other, is no part of it any more.
 */
export function activeSpan(): Span | undefined {
  const span = spans.getStore();
  return span?.isOver === true ? undefined : span;
}

/** Runs the work as a part of the span, which somebody else ends. */
export const withSpan = <T>(span: Span, work: () => T): T => spans.run(span, work);

/**
 * Runs the work in a span of its own, as a part of what is traced already; just runs it where nothing is.
 * @param endOf what to tell of the result
 */
export function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
  endOf?: (result: T) => SpanEnd,
): Promise<T> {
  const span = activeSpan()?.begin(name, options);
  return span === undefined ? work(undefined) : during(span, () => work(span), endOf);
}

/** Runs the work as a part of the span, and ends it with the work. */
export async function during<T>(
  span: Span,
  work: () => Promise<T>,
  endOf: (result: T) => SpanEnd = () => ({}),
): Promise<T> {
  try {
    const result = await withSpan(span, work);
    span.end(endOf(result));
    return result;
  } catch (error) {
    span.end({ errorType: errorTypeOf(error) });
    throw error;
  }
}
