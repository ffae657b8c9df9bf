import { describe, expect, it, jest } from '@jest/globals';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { SpanQueue } from './span-queue.js';

const span = (traceFlags = 1): ReadableSpan =>
  ({ spanContext: () => ({ traceFlags }) }) as unknown as ReadableSpan;

/** Answers when it is told to. */
class HeldExporter implements SpanExporter {
  readonly batches: number[] = [];
  private waiting: ((result: ExportResult) => void)[] = [];

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.batches.push(spans.length);
    this.waiting.push(done);
  }

  async answer(result: ExportResult = { code: ExportResultCode.SUCCESS }): Promise<void> {
    for (const done of this.waiting.splice(0)) done(result);
    await new Promise(setImmediate);
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const SETTINGS = { size: 5, batchSize: 2, delayMs: 60_000 };

function setUp() {
  const exporter = new HeldExporter();
  const onTrouble = jest.fn();
  const queue = new SpanQueue(exporter, SETTINGS, onTrouble);
  const end = (count: number): void => {
    for (let index = 0; index < count; index += 1) queue.onEnd(span());
  };
  return { exporter, onTrouble, queue, end };
}

describe('the queue of spans', () => {
  it('sends a batch when there is one, and one batch at a time', async () => {
    const { exporter, queue, end } = setUp();
    end(1);
    expect(exporter.batches).toEqual([]);
    end(4);
    expect(exporter.batches).toEqual([2]);
    await exporter.answer();

    expect(exporter.batches).toEqual([2, 2]);
    expect(queue.counts).toEqual({ waiting: 1, exported: 2, failed: 0, dropped: 0 });
  });

  it('drops what does not fit while the collector is slow, and counts it', () => {
    const { queue, end } = setUp();
    end(10);

    expect(queue.counts).toMatchObject({ waiting: 5, dropped: 3 });
  });

  it('takes no span that is not sampled', () => {
    const { queue } = setUp();
    queue.onEnd(span(0));

    expect(queue.counts.waiting).toBe(0);
  });

  it('tells of the first failure after a success, and goes on', async () => {
    const { exporter, onTrouble, queue, end } = setUp();
    const failure = { code: ExportResultCode.FAILED, error: new Error('No.') };
    for (const result of [failure, failure, { code: ExportResultCode.SUCCESS }, failure]) {
      end(2);
      await exporter.answer(result);
    }

    expect(queue.counts).toEqual({ waiting: 0, exported: 2, failed: 6, dropped: 0 });
    expect(onTrouble.mock.calls).toEqual([[failure.error], [failure.error]]);
  });

  it('sends everything at the end', async () => {
    const { exporter, queue, end } = setUp();
    end(1);
    const isOver = queue.shutdown();
    await exporter.answer();
    await isOver;

    expect(queue.counts).toMatchObject({ waiting: 0, exported: 1 });
  });
});
