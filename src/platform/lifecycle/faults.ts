import type { Metrics } from '../observability/metrics/metrics.js';

const KINDS = ['rejection', 'exception'] as const;
export type FaultKind = (typeof KINDS)[number];

const WINDOW_MS = 60_000;
/** So many in a minute are no accident of one request. */
const MOST_IN_WINDOW = 20;

/**
 * What nobody caught. One request with a fault must not end all others, so it is counted and told; many in a
 * short time mean that the process itself is broken, and it ends in an orderly way.
 */
export class Faults {
  private readonly counts: Record<FaultKind, number> = { rejection: 0, exception: 0 };
  private readonly recent: number[] = [];

  constructor(
    private readonly tell: (kind: FaultKind, error: unknown) => void,
    private readonly end: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** From now on nothing that is not caught ends the process at once. */
  watch(): void {
    process.on('unhandledRejection', (error) => {
      this.add('rejection', error);
    });
    process.on('uncaughtException', (error) => {
      this.add('exception', error);
    });
  }

  countIn(metrics: Metrics): void {
    const help = 'Rejections and exceptions that nobody caught.';
    metrics.counter({ name: 'catalog_faults_total', help }, () =>
      KINDS.map((kind) => ({ labels: { kind }, value: this.counts[kind] })),
    );
  }

  add(kind: FaultKind, error: unknown): void {
    this.counts[kind] += 1;
    this.tell(kind, error);
    const now = this.now();
    this.recent.push(now);
    while (now - (this.recent[0] ?? now) > WINDOW_MS) this.recent.shift();
    if (this.recent.length >= MOST_IN_WINDOW) this.end();
  }
}
