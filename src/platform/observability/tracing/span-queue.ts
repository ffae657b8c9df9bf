import { TraceFlags } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TraceCounts } from './span.js';

export interface QueueSettings {
  /** Spans that may wait; further ones are dropped. */
  readonly size: number;
  /** Spans of one request to the collector. */
  readonly batchSize: number;
  /** How long a span waits for others, in milliseconds. */
  readonly delayMs: number;
}

/**
 * Spans on their way to the collector: one batch at a time, the others wait in a queue that is bounded. The
 * processor of the SDK does the same, and keeps to itself how many it drops.
 */
export class SpanQueue implements SpanProcessor {
  private readonly waiting: ReadableSpan[] = [];
  private sending: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private exported = 0;
  private failed = 0;
  private dropped = 0;
  private isTroubled = false;

  /** @param onTrouble hears of the first failure after a success */
  constructor(
    private readonly exporter: SpanExporter,
    private readonly settings: QueueSettings,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  get counts(): TraceCounts {
    const { exported, failed, dropped } = this;
    return { waiting: this.waiting.length, exported, failed, dropped };
  }

  onStart(): void {
    return undefined;
  }

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (this.waiting.length >= this.settings.size) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(span);
    if (this.waiting.length >= this.settings.batchSize) this.sendAll();
    else this.timer ??= setTimeout(() => this.sendAll(), this.settings.delayMs).unref();
  }

  async forceFlush(): Promise<void> {
    this.sendAll();
    await this.sending;
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.exporter.shutdown();
  }

  private sendAll(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendBatches().finally(() => {
      this.sending = null;
    });
  }

  private async sendBatches(): Promise<void> {
    while (this.waiting.length > 0)
      await this.send(this.waiting.splice(0, this.settings.batchSize));
  }

  private send(batch: ReadableSpan[]): Promise<void> {
    return new Promise((resolve) => {
      this.exporter.export(batch, ({ code, error }) => {
        const isTaken = code === ExportResultCode.SUCCESS;
        if (isTaken) this.exported += batch.length;
        else this.failed += batch.length;
        if (!isTaken && !this.isTroubled) this.onTrouble(error);
        this.isTroubled = !isTaken;
        resolve();
      });
    });
  }
}
