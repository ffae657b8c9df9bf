import { activeSpan } from '../platform/observability/tracing/active-span.js';
import { SilentStoreObserver, type StoreOperation } from './store-observer.js';

/** A span for each call to a store, told when it is over. */
export class StoreTraces extends SilentStoreObserver {
  override finished({ storeId, operation, outcome, seconds, bytes }: StoreOperation): void {
    const span = activeSpan()?.begin(`${operation} ${storeId}`, {
      kind: 'client',
      startTime: Date.now() - seconds * 1000,
      attributes: {
        'catalog.store.id': storeId,
        'catalog.store.operation': operation,
        ...(bytes > 0n && { 'catalog.store.bytes': Number(bytes) }),
      },
    });
    span?.end({ errorType: outcome === 'ok' ? undefined : outcome });
  }
}
