import type { RequestObserver } from './request-observer.js';

const SLICES = 8;
const SLICE_MS = 125;
const CAME_IN = Symbol('slice of time');

/** A request that was counted. */
interface Counted {
  [CAME_IN]?: number;
}

/**
 * How many requests of the last second are not answered yet. What takes longer waits for something else than this process: an
 * upload for its client, a token for an identity that is slow.
 */
export class RecentRequests implements RequestObserver {
  /** By the slice of time that they came in; a ring. */
  private readonly unanswered = Array.from({ length: SLICES }, () => 0);
  private slice = 0;
  private total = 0;

  /** @param now in ms */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.slice = this.present();
  }

  get count(): number {
    this.forgetOld();
    return this.total;
  }

  started(request: object): void {
    this.forgetOld();
    (request as Counted)[CAME_IN] = this.slice;
    this.add(this.slice, 1);
  }

  ended(request: object): void {
    this.forgetOld();
    const { [CAME_IN]: slice } = request as Counted;
    if (slice !== undefined && slice > this.slice - SLICES) this.add(slice, -1);
  }

  private forgetOld(): void {
    const present = this.present();
    // After a second without requests there is nothing left to forget.
    this.slice = Math.max(this.slice, present - SLICES);
    while (this.slice < present) {
      this.slice += 1;
      this.add(this.slice, -this.at(this.slice));
    }
  }

  private present(): number {
    return Math.floor(this.now() / SLICE_MS);
  }

  private at(slice: number): number {
    return this.unanswered[slice % SLICES] ?? 0;
  }

  private add(slice: number, requests: number): void {
    this.unanswered[slice % SLICES] = this.at(slice) + requests;
    this.total += requests;
  }
}
