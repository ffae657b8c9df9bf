import type { LoadCounts, LoadProblem, LoadResult } from '../images/transfer/load-images.js';
import { grouped } from './progress-bar.js';

const SHOWN_IN_FULL = 20;

/** What an operator is told about a load. */
export class LoadReport {
  private readonly problems = { bad: 0, skipped: 0 };

  constructor(
    /** With several inputs each line says which one it is about. */
    private readonly namesSources: boolean,
    private readonly print: (line: string) => void,
  ) {}

  problem({ kind, source, line, reason }: LoadProblem): void {
    this.problems[kind] += 1;
    if (this.problems[kind] > SHOWN_IN_FULL) return;
    const place = this.namesSources ? `${source} line ${line}` : `line ${line}`;
    this.print(kind === 'skipped' ? `${place} skipped: ${reason}` : `${place}: ${reason}`);
  }

  /** Says how many problems were not shown. */
  close(): void {
    for (const [kind, count] of Object.entries(this.problems)) {
      if (count > SHOWN_IN_FULL)
        this.print(`... and ${grouped(count - SHOWN_IN_FULL)} more ${kind}`);
    }
  }
}

/** `14 added, 0 kept, 0 skipped, 0 bad in 0.1 s (140 images/s)` */
export function summary(
  { counts, isRolledBack }: LoadResult,
  seconds: number,
  replace: boolean,
): string {
  if (isRolledBack) return 'Nothing was loaded.';
  const { added, replaced, kept, skipped, bad } = counts;
  const parts = [
    `${grouped(added)} added`,
    ...(replace ? [`${grouped(replaced)} replaced`] : []),
    `${grouped(kept)} ${replace ? 'unchanged' : 'kept'}`,
    `${grouped(skipped)} skipped`,
    `${grouped(bad)} bad`,
  ];
  return `${parts.join(', ')} in ${seconds.toFixed(1)} s (${grouped(images(counts) / seconds)} images/s)`;
}

/** How many documents have been dealt with in the database. */
export const images = ({ added, replaced, kept }: LoadCounts): number => added + replaced + kept;
