import { Conflict, DomainError, NotFound, quote } from '../../kernel/errors.js';

/** The store has no room for the data, or its operator's quota for us is used up. */
export class StoreFull extends DomainError {
  constructor(cause?: unknown) {
    super('over-quota', 'store-full', 'There is not enough space in the store.', { cause });
  }
}

/** The record promises data that its store does not have, or not in the recorded length. */
export class ImageDataMissing extends NotFound {
  constructor(cause?: unknown) {
    super('The data of the image could not be found in its store.', { cause });
  }
}

/** The key holds data or is being written by somebody else: image data is written once. */
export class ImageDataExists extends Conflict {
  constructor(cause?: unknown) {
    super('The data of the image exists already or is being written.', { cause });
  }
}

/** Somebody deleted the key while it was being written; nothing was stored. */
export class ImageDataDiscarded extends Conflict {
  constructor(cause?: unknown) {
    super('The data of the image was discarded while it was being written.', { cause });
  }
}

/** The store does not take data, by its kind or by configuration. */
export class StoreReadOnly extends DomainError {
  constructor(storeId: string) {
    super('gone', 'store-read-only', `The store ${quote(storeId)} does not accept image data.`);
  }
}

/** The configuration knows no such store. Callers map it to the code that their operation documents. */
export class StoreUnknown extends DomainError {
  constructor(storeId: string) {
    super('invalid', 'store-unknown', `There is no store ${quote(storeId)}.`);
  }
}
