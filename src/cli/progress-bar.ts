import type { Terminal } from './command.js';

export interface Progress {
  readonly seconds: number;
  readonly images: number;
  /** How much of the work is done, in any unit, and how much there is; null when that is not known. */
  readonly done: number;
  readonly total: number | null;
}

const REDRAW_MS = 100;
const BAR_WIDTH = 30;
const CLEAR_LINE = '\r\u001B[2K';

/** A line at the bottom of a terminal that shows how far the work is. Shows nothing where there is no terminal. */
export class ProgressBar {
  private readonly isShown: boolean;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stderr: Terminal['stderr'],
    private readonly read: () => Progress,
  ) {
    this.isShown = stderr.isTTY === true;
  }

  start(): void {
    if (!this.isShown) return;
    this.draw();
    this.timer = setInterval(() => {
      this.draw();
    }, REDRAW_MS).unref();
  }

  /** Prints a line that stays, above the bar. */
  print(line: string): void {
    this.stderr.write(`${this.isShown ? CLEAR_LINE : ''}${line}\n`);
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.isShown) this.stderr.write(CLEAR_LINE);
  }

  private draw(): void {
    const { columns = 0 } = this.stderr; // 0 where a terminal does not know its width
    const line = renderProgress(this.read()).slice(0, (columns > 0 ? columns : 80) - 1);
    this.stderr.write(`${CLEAR_LINE}${line}`);
  }
}

/** `[=====>     ]  45 %  45,120 images  7,204/s  0:12 left`; without the known total only the middle. */
export function renderProgress({ seconds, images, done, total }: Progress): string {
  const rate = seconds > 0 ? images / seconds : 0;
  const counts = `${grouped(images)} images  ${grouped(rate)}/s`;
  if (total === null || total === 0) return counts;
  const part = Math.min(done / total, 1);
  const filled = Math.round(part * BAR_WIDTH);
  const bar = `${'='.repeat(filled)}${filled < BAR_WIDTH ? '>' : ''}`.padEnd(BAR_WIDTH);
  const percent = String(Math.floor(part * 100)).padStart(3);
  const left = part > 0 ? `  ${clock((seconds / part) * (1 - part))} left` : '';
  return `[${bar}] ${percent} %  ${counts}${left}`;
}

export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
