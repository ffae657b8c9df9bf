import { Inject, Injectable } from '@nestjs/common';
import { EventLog } from './ports/event-log.js';

interface Fence {
  readonly lastId: bigint;
  readonly transaction: bigint;
}

/**
 * How far the log can be read without missing anything. Ids are given out in the order of changes, but transactions
 * end in any order: a record may appear behind one with a higher id. An id is final when every transaction has ended
 * that began before a moment at which the id had been given out already. Of one image the order of ids is the order
 * of changes, since its row is locked from the record to the end of the transaction.
 */
@Injectable()
export class EventHorizon {
  private fences: readonly Fence[] = [];
  private known: bigint | null = null;

  constructor(@Inject(EventLog) private readonly log: EventLog) {}

  /** Every record up to this id is there, or never will be; null while that is not known yet. */
  get current(): bigint | null {
    return this.known;
  }

  /** Moves the horizon as far as it goes. Costs one look while nothing changes. */
  async advance(): Promise<bigint | null> {
    const { lastId, oldestOpen } = await this.log.look();
    this.pass(oldestOpen);
    if (lastId > (this.fences.at(-1)?.lastId ?? this.known ?? -1n)) {
      const fence = { lastId, transaction: await this.log.fence() };
      this.fences = [...this.fences, fence];
      this.pass((await this.log.look()).oldestOpen);
    }
    return this.known;
  }

  private pass(oldestOpen: bigint): void {
    for (const { lastId, transaction } of this.fences) {
      const isPassed = transaction <= oldestOpen;
      if (isPassed && lastId > (this.known ?? -1n)) this.known = lastId;
    }
    this.fences = this.fences.filter(({ transaction }) => transaction > oldestOpen);
  }
}
