/** Bytes on their way from one to another. */
export interface Transfer {
  readonly total: number;
  moved: number;
  isCutOff: boolean;
}

/** Transfers that have begun and not ended: to choose the moment of a fault, and to know whom it hit. */
export class Transfers {
  private readonly running = new Set<Transfer>();

  /** @param ahead bytes that the one may have given without the other having got them */
  constructor(private readonly ahead = 0) {}

  /** @param total bytes that are to be moved */
  begin(total: number): Transfer {
    const transfer = { total, moved: 0, isCutOff: false };
    this.running.add(transfer);
    return transfer;
  }

  end(transfer: Transfer, isWhole: boolean): void {
    transfer.isCutOff = !isWhole;
    this.running.delete(transfer);
  }

  /** Those of which some bytes have moved, and some have not. */
  get midway(): readonly Transfer[] {
    return [...this.running].filter(({ moved, total }) => moved > 0 && moved + this.ahead < total);
  }
}
