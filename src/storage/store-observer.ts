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

/** Bytes on their way into a store, or out of one: from the open stream to its end, however that comes. */
export type TransferDirection = 'write' | 'read';

/** Hears of every call to every store. Must not throw and must not wait. */
export abstract class StoreObserver {
  abstract finished(operation: StoreOperation): void;
  abstract transferBegan(storeId: string, direction: TransferDirection): void;
  abstract transferEnded(storeId: string, direction: TransferDirection): void;
}

/** Tells several. */
export class StoreObservers extends StoreObserver {
  constructor(private readonly observers: readonly StoreObserver[]) {
    super();
  }

  finished(operation: StoreOperation): void {
    for (const observer of this.observers) observer.finished(operation);
  }

  transferBegan(storeId: string, direction: TransferDirection): void {
    for (const observer of this.observers) observer.transferBegan(storeId, direction);
  }

  transferEnded(storeId: string, direction: TransferDirection): void {
    for (const observer of this.observers) observer.transferEnded(storeId, direction);
  }
}

/** For when nobody measures. */
export class SilentStoreObserver extends StoreObserver {
  finished(_operation: StoreOperation): void {
    return undefined;
  }

  transferBegan(): void {
    return undefined;
  }

  transferEnded(): void {
    return undefined;
  }
}
