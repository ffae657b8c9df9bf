import type { Row } from './scenario.js';

/** Columns that must be nothing but zero. */
const FAULTS = new Set([
  'improper',
  'lost',
  'findings',
  'stuck',
  'failed',
  'doubled',
  'late',
  'ended',
]);
const isPeak = (column: string): boolean => / (ms|MiB)$/.test(column);

/** Rounds added up: sums, and peaks of what is a time or a size. */
export class ReportTable {
  private readonly totals = new Map<string, number>();

  add(row: Row): void {
    for (const [column, value] of Object.entries(row)) {
      const before = this.totals.get(column) ?? 0;
      this.totals.set(column, isPeak(column) ? Math.max(before, value) : before + value);
    }
  }

  get holds(): boolean {
    return [...this.totals].every(([column, value]) => !FAULTS.has(column) || value === 0);
  }

  line(row: Row): string {
    return Object.entries(row)
      .map(([column, value]) => `${column} ${Math.round(value)}`)
      .join('  ');
  }

  /** As a table of Markdown. */
  render(): string {
    const columns = [...this.totals.keys()];
    const cells = (values: readonly string[]): string => `| ${values.join(' | ')} |`;
    const heads = columns.map((column) => (isPeak(column) ? `longest ${column}` : column));
    const values = [...this.totals.values()].map((value) => Math.round(value).toLocaleString('en'));
    return [cells(heads), cells(columns.map(() => '---:')), cells(values), ''].join('\n');
  }
}
