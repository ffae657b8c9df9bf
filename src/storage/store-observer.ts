import type { ErrorKind } from '../kernel/errors.js';

export type StoreOperationName = 'write' | 'read' | 'stat' | 'delete';

/** One finished call to a store; a read has finished when its stream is open. */
export interface StoreOperation {
  readonly storeId: string;
  readonly operation: StoreOperationName;
  /** `failed` covers what is not the store's doing: the source broke or the caller aborted. */
  readonly outcome: 'ok' | 'failed' | ErrorKind;
  readonly seconds: number;
  /** Stored or asked for; 0 where unknown. */
  readonly bytes: bigint;
}

/** Hears of every call to every store. Must not throw and must not wait. */
export abstract class StoreObserver {
  abstract finished(operation: StoreOperation): void;
}

/** For when nobody measures. */
export class SilentStoreObserver extends StoreObserver {
  finished(): void {
    return undefined;
  }
}
